"""The network of the fine-tuned reader: its only definition, trained here and installed into EasyOCR as it stands.

EasyOCR imports a copy of this file from its user network folder, so it may import torch alone. Layer names and
weight shapes are those of EasyOCR and of its trainer (deep-text-recognition-benchmark), so published weights load.

Shapes: B images, C channels, H image height (64), W image width, T time steps, K classes.
"""

# The arguments carry the names that the layers have in every published description of a network.
# ruff: noqa: N803

import torch
from torch import nn


class Model(nn.Module):
    """Text recogniser: Transformation, FeatureExtraction, SequenceModeling, Prediction (Baek et al. 2019).

    `forward` takes images [B, C, H, W] with values from -1 to 1 and gives logits [B, T, K]. With VGG, T is
    W // 4 - 1; class 0 is the blank of CTC.
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
        self.frozen = ()  # Names of layers whose batch norm statistics stand still, see `train`.
        self.FeatureExtraction = VGG(input_channel, output_channel)
        self.SequenceModeling = nn.Sequential(
            BidirectionalLSTM(output_channel, hidden_size, hidden_size),
            BidirectionalLSTM(hidden_size, hidden_size, hidden_size),
        )
        self.Prediction = nn.Linear(hidden_size, num_class)

    def forward(self, input: torch.Tensor, text: object = None) -> torch.Tensor:
        """Give the logits [B, T, K] of images [B, C, H, W]. EasyOCR passes a `text`, which CTC ignores."""
        features = self.FeatureExtraction(input)  # [B, output_channel, H', T]
        sequence = features.mean(dim=2).transpose(1, 2)  # [B, T, output_channel]
        return self.Prediction(self.SequenceModeling(sequence).contiguous())

    def train(self, mode: bool = True) -> "Model":
        """Switch to training; batch norms of `frozen` layers stay in evaluation, so their statistics do not move.

        Only they: an LSTM in evaluation mode refuses its backward pass on a GPU.
        """
        super().train(mode)
        for name in self.frozen:
            for module in getattr(self, name).modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()
        return self


class VGG(nn.Module):
    """The convolutions of CRNN (Shi et al. 2016): height shrinks 16 times and by one, width 4 times and by one."""

    def __init__(self, input_channel: int, output_channel: int) -> None:
        super().__init__()
        eighth, quarter, half, full = (output_channel // part for part in (8, 4, 2, 1))
        self.ConvNet = nn.Sequential(
            *(nn.Conv2d(input_channel, eighth, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2)),
            *(nn.Conv2d(eighth, quarter, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2)),
            *(nn.Conv2d(quarter, half, 3, padding=1), nn.ReLU(inplace=True)),
            *(nn.Conv2d(half, half, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d((2, 1))),
            *(nn.Conv2d(half, full, 3, padding=1, bias=False), nn.BatchNorm2d(full), nn.ReLU(inplace=True)),
            *(nn.Conv2d(full, full, 3, padding=1, bias=False), nn.BatchNorm2d(full), nn.ReLU(inplace=True)),
            *(nn.MaxPool2d((2, 1)), nn.Conv2d(full, full, 2), nn.ReLU(inplace=True)),
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Turn images [B, C, H, W] into features [B, output_channel, H // 16 - 1, W // 4 - 1]."""
        return self.ConvNet(images)


class BidirectionalLSTM(nn.Module):
    """One LSTM in both directions and a projection of both onto `output_size`."""

    def __init__(self, input_size: int, hidden_size: int, output_size: int) -> None:
        super().__init__()
        self.rnn = nn.LSTM(input_size, hidden_size, bidirectional=True, batch_first=True)
        self.linear = nn.Linear(2 * hidden_size, output_size)

    def forward(self, sequence: torch.Tensor) -> torch.Tensor:
        """Turn a sequence [B, T, input_size] into [B, T, output_size]."""
        # The copies that DataParallel makes scatter the weights; the int8 LSTM of a quantized Reader cannot flatten.
        if isinstance(self.rnn, nn.LSTM):
            self.rnn.flatten_parameters()
        return self.linear(self.rnn(sequence)[0])
