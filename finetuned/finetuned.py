"""The network of the fine-tuned reader: its only definition, trained here and installed into EasyOCR as it stands.

EasyOCR imports a copy of this file from its user network folder, so it may import torch alone. Layer names and
weight shapes are those of EasyOCR and of its trainer (deep-text-recognition-benchmark), so published weights load.

Shapes: B images, C channels, H image height (64), W image width, T time steps, S characters, K classes.
"""

# ruff: noqa: N803 - the arguments carry the names that the layers have in every published network.

import torch
from torch import nn

KEPT_SIZES = 16  # of images that TPS bends: their pixel terms take 0.4 MB for each 64 pixels of width


class Model(nn.Module):
    """Text recogniser in four stages (Baek et al. 2019, "What is wrong with scene text recognition?").

    Transformation None or TPS, FeatureExtraction VGG, RCNN or ResNet, SequenceModeling None or BiLSTM, Prediction
    CTC or Attn. T is W // 4 - 1 after VGG and W // 4 + 1 after RCNN and ResNet. Class 0 is the blank of CTC; of
    Attn, class 0 is the start token and class 1 the stop token. EasyOCR itself decodes CTC only.
    """

    def __init__(
        self,
        num_class: int,
        input_channel: int = 1,
        output_channel: int = 256,
        hidden_size: int = 256,
        Transformation: str = "None",
        FeatureExtraction: str = "VGG",
        SequenceModeling: str = "BiLSTM",
        Prediction: str = "CTC",
        num_fiducial: int = 20,
        image_height: int = 64,
        image_width: int = 600,
        batch_max_length: int = 34,
    ) -> None:
        super().__init__()
        self.batch_max_length = batch_max_length
        self.Transformation = {
            "None": nn.Identity,
            "TPS": lambda: ThinPlateSpline(num_fiducial, image_height, image_width, input_channel),
        }[Transformation]()
        convolutions = {"VGG": vgg, "RCNN": rcnn, "ResNet": resnet}[FeatureExtraction]
        self.FeatureExtraction = named(ConvNet=convolutions(input_channel, output_channel))
        lstm_sizes = {"None": [], "BiLSTM": [output_channel, hidden_size]}[SequenceModeling]
        self.SequenceModeling = nn.Sequential(*(BidirectionalLSTM(size, hidden_size) for size in lstm_sizes))
        sequence_size = hidden_size if lstm_sizes else output_channel
        self.Prediction = {
            "CTC": lambda: nn.Linear(sequence_size, num_class),
            "Attn": lambda: Attention(sequence_size, hidden_size, num_class),
        }[Prediction]()

    def forward(self, input: torch.Tensor, text: "torch.Tensor | None" = None) -> torch.Tensor:
        """Return the logits of images [B, C, H, W] with values from -1 to 1: [B, T, K], for Attn [B, S, K].

        CTC ignores `text`, which EasyOCR always passes. Attn takes it as class indices [B, S], the start token
        first, and predicts the character after each of them; without it, it reads greedily for
        S = batch_max_length + 1 steps.
        """
        features = self.FeatureExtraction(self.Transformation(input))  # [B, output_channel, H', T]
        sequence = self.SequenceModeling(features.mean(dim=2).transpose(1, 2).contiguous())  # [B, T, hidden_size]
        if isinstance(self.Prediction, Attention):
            return self.Prediction(sequence, text, steps=self.batch_max_length + 1)
        return self.Prediction(sequence)


def named(**layers: nn.Module) -> nn.Sequential:
    """Chain layers under their names, which become the keys of the state dict."""
    chain = nn.Sequential()
    for name, layer in layers.items():
        chain.add_module(name, layer)
    return chain


def normed(input_channel: int, output_channel: int, size: int, **options: object) -> tuple[nn.Module, ...]:
    """Return a convolution without a bias, its batch norm and its ReLU."""
    convolution = nn.Conv2d(input_channel, output_channel, size, bias=False, **options)
    return convolution, nn.BatchNorm2d(output_channel), nn.ReLU(inplace=True)


def vgg(input_channel: int, output_channel: int) -> nn.Sequential:
    """Build CRNN's convolutions (Shi et al. 2016): [B, C, H, W] to [B, output_channel, H // 16 - 1, W // 4 - 1]."""
    eighth, quarter, half, full = (output_channel // part for part in (8, 4, 2, 1))
    # A ReLU after a pooling equals one before it, bit by bit, for a half or a quarter of the work.
    return nn.Sequential(
        *(nn.Conv2d(input_channel, eighth, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(inplace=True)),
        *(nn.Conv2d(eighth, quarter, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(inplace=True)),
        *(nn.Conv2d(quarter, half, 3, padding=1), nn.ReLU(inplace=True)),
        *(nn.Conv2d(half, half, 3, padding=1), nn.MaxPool2d((2, 1)), nn.ReLU(inplace=True)),
        *normed(half, full, 3, padding=1),
        *(*normed(full, full, 3, padding=1)[:2], nn.MaxPool2d((2, 1)), nn.ReLU(inplace=True)),
        *(nn.Conv2d(full, full, 2), nn.ReLU(inplace=True)),
    )


def rcnn(input_channel: int, output_channel: int) -> nn.Sequential:
    """Build a gated recurrent CNN (Wang and Hu 2017): [B, C, H, W] to [B, output_channel, H // 16 - 1, W // 4 + 1]."""
    eighth, quarter, half = (output_channel // part for part in (8, 4, 2))
    return nn.Sequential(
        *(nn.Conv2d(input_channel, eighth, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2)),
        *(GatedRecurrentConvolution(eighth, eighth), nn.MaxPool2d(2)),
        *(GatedRecurrentConvolution(eighth, quarter), nn.MaxPool2d(2, stride=(2, 1), padding=(0, 1))),
        *(GatedRecurrentConvolution(quarter, half), nn.MaxPool2d(2, stride=(2, 1), padding=(0, 1))),
        *normed(half, output_channel, 2),
    )


class GatedRecurrentConvolution(nn.Module):
    """A convolution that looks at its own output five times more, through a gate (Wang and Hu 2017, equation 5)."""

    def __init__(self, input_channel: int, output_channel: int) -> None:
        super().__init__()
        self.wgf_u = nn.Conv2d(input_channel, output_channel, 1, bias=False)  # gate, from the input u
        self.wgr_x = nn.Conv2d(output_channel, output_channel, 1, bias=False)  # gate, from the state x
        self.wf_u = nn.Conv2d(input_channel, output_channel, 3, padding=1, bias=False)
        self.wr_x = nn.Conv2d(output_channel, output_channel, 3, padding=1, bias=False)
        self.BN_x_init = nn.BatchNorm2d(output_channel)
        keys = ("BN_gfu", "BN_grx", "BN_fu", "BN_rx", "BN_Gx")
        # A Sequential that is never called as a whole: each step has its own norms and shares the four convolutions.
        self.GRCL = nn.Sequential(*(named(**{key: nn.BatchNorm2d(output_channel) for key in keys}) for _ in range(5)))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Turn [B, input_channel, H, W] into [B, output_channel, H, W]."""
        gate_input, direct = self.wgf_u(images), self.wf_u(images)
        state = nn.functional.relu(self.BN_x_init(direct))
        for step in self.GRCL:
            gate = torch.sigmoid(step.BN_gfu(gate_input) + step.BN_grx(self.wgr_x(state)))
            recurrent = step.BN_Gx(step.BN_rx(self.wr_x(state)) * gate)
            state = nn.functional.relu(step.BN_fu(direct) + recurrent)
        return state


def resnet(input_channel: int, output_channel: int) -> nn.Sequential:
    """Build the ResNet of FAN (Cheng et al. 2017): [B, C, H, W] to [B, output_channel, H // 16 - 1, W // 4 + 1]."""
    sixteenth, eighth, quarter, half, full = (output_channel // part for part in (16, 8, 4, 2, 1))

    def norm(name: str, *channels: int, size: int = 3, padding: int | tuple = 1, stride: int | tuple = 1) -> dict:
        layers = normed(*channels, size, padding=padding, stride=stride)
        return {kind + name: layer for kind, layer in zip(("conv", "bn", "relu"), layers, strict=True)}

    return named(
        **norm("0_1", input_channel, sixteenth),
        **norm("0_2", sixteenth, eighth),
        maxpool1=nn.MaxPool2d(2),
        layer1=nn.Sequential(Residual(eighth, quarter)),
        **norm("1", quarter, quarter),
        maxpool2=nn.MaxPool2d(2),
        layer2=nn.Sequential(Residual(quarter, half), Residual(half, half)),
        **norm("2", half, half),
        maxpool3=nn.MaxPool2d(2, stride=(2, 1), padding=(0, 1)),
        layer3=nn.Sequential(Residual(half, full), *(Residual(full, full) for _ in range(4))),
        **norm("3", full, full),
        layer4=nn.Sequential(*(Residual(full, full) for _ in range(3))),
        **norm("4_1", full, full, size=2, stride=(2, 1), padding=(0, 1)),
        **norm("4_2", full, full, size=2, padding=0),
    )


class Residual(nn.Module):
    """Two convolutions and a way round them, which a 1 x 1 convolution widens where the channel count changes."""

    def __init__(self, input_channel: int, output_channel: int) -> None:
        super().__init__()
        self.conv1, self.bn1, _ = normed(input_channel, output_channel, 3, padding=1)
        self.conv2, self.bn2, _ = normed(output_channel, output_channel, 3, padding=1)
        widens = input_channel != output_channel
        self.downsample = nn.Sequential(*normed(input_channel, output_channel, 1)[:2]) if widens else nn.Identity()

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Turn [B, input_channel, H, W] into [B, output_channel, H, W]."""
        change = self.bn2(self.conv2(nn.functional.relu(self.bn1(self.conv1(images)))))
        return nn.functional.relu(change + self.downsample(images))


class BidirectionalLSTM(nn.Module):
    """One LSTM in both directions and a projection of both onto `hidden_size`."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.rnn = nn.LSTM(input_size, hidden_size, bidirectional=True, batch_first=True)
        self.linear = nn.Linear(2 * hidden_size, hidden_size)

    def forward(self, sequence: torch.Tensor) -> torch.Tensor:
        """Turn a sequence [B, T, input_size] into [B, T, hidden_size]."""
        # DataParallel scatters the weights of the copies that it makes; elsewhere cuDNN finds them in one piece.
        if getattr(self.rnn, "_is_replica", False):
            self.rnn.flatten_parameters()
        if not sequence.is_cuda:
            return self.linear(self.rnn(sequence)[0])
        # Under autocast to bfloat16, torch runs cuDNN's LSTM in float16, whose gradients underflow without a scaler;
        # before torch 2.10, it runs the LSTM step by step instead. float32 avoids both, and may use TF32.
        with torch.autocast("cuda", enabled=False):
            states, _ = self.rnn(sequence.float())
        return self.linear(states)


class Attention(nn.Module):
    """A decoder that looks over the whole sequence for each character (Bahdanau et al. 2015, Shi et al. 2016)."""

    def __init__(self, input_size: int, hidden_size: int, num_class: int) -> None:
        super().__init__()
        self.attention_cell = named(
            i2h=nn.Linear(input_size, hidden_size, bias=False),
            h2h=nn.Linear(hidden_size, hidden_size),
            score=nn.Linear(hidden_size, 1, bias=False),
            rnn=nn.LSTMCell(input_size + num_class, hidden_size),
        )
        self.generator = nn.Linear(hidden_size, num_class)

    def forward(self, sequence: torch.Tensor, text: "torch.Tensor | None", steps: int) -> torch.Tensor:
        """Turn a sequence [B, T, input_size] into logits [B, S, K]; S is the length of `text`, or `steps`."""
        cell = self.attention_cell
        projected = cell.i2h(sequence)  # [B, T, hidden_size], the same for every step
        hidden = sequence.new_zeros(2, len(sequence), self.generator.in_features).unbind()
        previous = sequence.new_zeros(len(sequence), dtype=torch.long)  # the start token
        logits = []
        for step in range(steps if text is None else text.shape[1]):
            previous = previous if text is None else text[:, step]
            scores = cell.score(torch.tanh(projected + cell.h2h(hidden[0]).unsqueeze(1)))  # [B, T, 1]
            context = (scores.softmax(dim=1) * sequence).sum(dim=1)  # [B, input_size]
            character = nn.functional.one_hot(previous, self.generator.out_features).to(context.dtype)
            hidden = cell.rnn(torch.cat([context, character], dim=1), hidden)
            logits.append(self.generator(hidden[0]))
            previous = logits[-1].argmax(dim=1)
        return torch.stack(logits, dim=1)


class ThinPlateSpline(nn.Module):
    """Bends an image so that its text lies straight (RARE, Shi et al. 2016). Coordinates are x, y from -1 to 1."""

    def __init__(self, num_fiducial: int, image_height: int, image_width: int, input_channel: int) -> None:
        super().__init__()
        self.LocalizationNetwork = localization(num_fiducial, input_channel)
        self.GridGenerator = SplineGrid(num_fiducial, image_height, image_width)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Bend images [B, C, H, W]; the shape stays."""
        grid = self.GridGenerator(self.LocalizationNetwork(images), *images.shape[2:])
        return nn.functional.grid_sample(images, grid.to(images.dtype), padding_mode="border", align_corners=False)


def localization(num_fiducial: int, input_channel: int) -> nn.Sequential:
    """Build what predicts the fiducial points, [B, C, H, W] to [B, num_fiducial, 2]."""
    convolutions = nn.Sequential(
        *(*normed(input_channel, 64, 3, padding=1), nn.MaxPool2d(2)),
        *(*normed(64, 128, 3, padding=1), nn.MaxPool2d(2)),
        *(*normed(128, 256, 3, padding=1), nn.MaxPool2d(2)),
        *(*normed(256, 512, 3, padding=1), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    )
    points = nn.Linear(256, 2 * num_fiducial)
    # An untrained transformation leaves the image as it is, so it can be put before a trained network.
    nn.init.zeros_(points.weight)
    with torch.no_grad():
        points.bias.copy_(straight_points(num_fiducial).flatten())
    return named(
        conv=convolutions,
        localization_fc1=nn.Sequential(nn.Linear(512, 256), nn.ReLU(inplace=True)),
        localization_fc2=points,
        pairs=nn.Unflatten(1, (num_fiducial, 2)),
    )


class SplineGrid(nn.Module):
    """For each pixel of the straightened image, the place in the bent one that it comes from (Bookstein 1989)."""

    def __init__(self, num_fiducial: int, image_height: int, image_width: int) -> None:
        super().__init__()
        self.size, self.points = (image_height, image_width), straight_points(num_fiducial)
        self.terms_of: dict[tuple, torch.Tensor] = {}  # by height, width and device; no part of the weights
        # Rows: one equation a point, then the three that keep the bending from shifting or turning the whole.
        system = torch.zeros(num_fiducial + 3, num_fiducial + 3, dtype=torch.float64)
        system[:num_fiducial] = spline_terms(self.points, self.points, epsilon=0.0)
        system[num_fiducial : num_fiducial + 2, 3:] = self.points.T
        system[num_fiducial + 2, 3:] = 1
        self.register_buffer("inv_delta_C", torch.linalg.inv(system).float())  # [F + 3, F + 3]
        self.register_buffer("P_hat", pixel_terms(self.points, *self.size))  # [H * W, F + 3]

    def forward(self, points: torch.Tensor, height: int, width: int) -> torch.Tensor:
        """Turn fiducial points [B, F, 2] into a sampling grid [B, height, width, 2]."""
        terms = self.terms(height, width, points.device)
        # In full precision: bfloat16 would misplace a pixel by two in a line of 600.
        with torch.autocast(points.device.type, enabled=False):
            coefficients = self.inv_delta_C[:, : len(self.points)] @ points.float()  # [B, F + 3, 2]
            return (terms @ coefficients).unflatten(1, (height, width))

    def terms(self, height: int, width: int, device: torch.device) -> torch.Tensor:
        """Return `pixel_terms` of an image of this size on `device`; those of the last sizes are kept."""
        if (height, width) == self.size:
            return self.P_hat  # published weights hold the terms for the widest image
        if torch.compiler.is_compiling():  # a compiled graph cannot look into a dict
            return pixel_terms(self.points, height, width).to(device)
        key = (height, width, device)
        if key not in self.terms_of:
            if len(self.terms_of) >= KEPT_SIZES:
                self.terms_of.pop(next(iter(self.terms_of)))
            self.terms_of[key] = pixel_terms(self.points, height, width).to(device)
        return self.terms_of[key]


def straight_points(count: int) -> torch.Tensor:
    """Return `count` fiducial points, float64 [count, 2]: from left to right along the upper edge, then the lower."""
    x = torch.linspace(-1, 1, count // 2, dtype=torch.float64)
    return torch.cat([torch.stack([x, torch.full_like(x, edge)], dim=1) for edge in (-1, 1)])


def pixel_terms(points: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """Return the spline's terms at the centre of every pixel, row by row: float32 [height * width, F + 3]."""
    y, x = ((2 * torch.arange(size, dtype=torch.float64) + 1 - size) / size for size in (height, width))
    pixels = torch.stack([x.repeat(height), y.repeat_interleave(width)], dim=1)
    return spline_terms(pixels, points, epsilon=1e-6).float()


def spline_terms(places: torch.Tensor, points: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Return 1, x, y and r² log(r + epsilon), r the distance to each point; 0 at r = 0: [len(places), F + 3]."""
    distance = torch.linalg.norm(places[:, None] - points[None], dim=2)
    bending = torch.where(distance > 0, distance**2 * torch.log(distance + epsilon), 0.0)
    return torch.cat([torch.ones_like(places[:, :1]), places, bending], dim=1)
