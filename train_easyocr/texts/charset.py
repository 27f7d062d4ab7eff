"""Characters and class indices: class 0 is CTC's blank, character i of the list is class i + 1."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from train_easyocr.program.errors import UserError
from train_easyocr.texts.hanja import OFFICIAL_HANJA
from train_easyocr.texts.text_scores import nfc

# The character lists of EasyOCR's published networks (easyocr.config.recognition_models, version 1.7.2). A test
# compares them with the package; they are here because training must not import easyocr.
KOREAN_G2 = (
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRS"
    "TUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~가각간갇갈감갑값강"
    "갖같갚갛개객걀거걱건걷걸검겁것겉게겨격겪견결겹경곁계고곡곤곧골곰곱곳공과관광괜괴굉교구국군굳굴굵굶굽궁권"
    "귀규균그극근글긁금급긋긍기긴길김깅깊까깎깐깔깜깝깥깨꺼꺾껍껏껑께껴꼬꼭꼴꼼꼽꽂꽃꽉꽤꾸꿀꿈뀌끄끈끊끌끓끔"
    "끗끝끼낌나낙낚난날낡남납낫낭낮낯낱낳내냄냉냐냥너넉널넓넘넣네넥넷녀녁년념녕노녹논놀놈농높놓놔뇌뇨누눈눕뉘"
    "뉴늄느늑는늘늙능늦늬니닐님다닥닦단닫달닭닮담답닷당닿대댁댐더덕던덜덤덥덧덩덮데델도독돈돌돕동돼되된두둑둘"
    "둠둡둥뒤뒷드득든듣들듬듭듯등디딩딪따딱딴딸땀땅때땜떠떡떤떨떻떼또똑뚜뚫뚱뛰뜨뜩뜯뜰뜻띄라락란람랍랑랗래랜"
    "램랫략량러럭런럴럼럽럿렁렇레렉렌려력련렬렵령례로록론롬롭롯료루룩룹룻뤄류륙률륭르른름릇릎리릭린림립릿마막"
    "만많말맑맘맙맛망맞맡맣매맥맨맵맺머먹먼멀멈멋멍멎메멘멩며면멸명몇모목몰몸몹못몽묘무묵묶문묻물뭄뭇뭐뭣므미"
    "민믿밀밉밌및밑바박밖반받발밝밟밤밥방밭배백뱀뱃뱉버번벌범법벗베벤벼벽변별볍병볕보복볶본볼봄봇봉뵈뵙부북분"
    "불붉붐붓붕붙뷰브블비빌빗빚빛빠빨빵빼뺨뻐뻔뻗뼈뽑뿌뿐쁘쁨사삭산살삶삼상새색샌생서석섞선설섬섭섯성세센셈셋"
    "션소속손솔솜솟송솥쇄쇠쇼수숙순술숨숫숲쉬쉽슈스슨슬슴습슷승시식신싣실싫심십싱싶싸싹쌀쌍쌓써썩썰썹쎄쏘쏟쑤"
    "쓰쓸씀씌씨씩씬씹씻아악안앉않알앓암압앗앙앞애액야약얇양얗얘어억언얹얻얼엄업없엇엉엌엎에엔엘여역연열엷염엽"
    "엿영옆예옛오옥온올옮옳옷와완왕왜왠외왼요욕용우욱운울움웃웅워원월웨웬위윗유육율으윽은을음응의이익인일읽잃"
    "임입잇있잊잎자작잔잖잘잠잡장잦재쟁저적전절젊점접젓정젖제젠젯져조족존졸좀좁종좋좌죄주죽준줄줌줍중쥐즈즉즌"
    "즐즘증지직진질짐집짓징짙짚짜짝짧째쨌쩌쩍쩐쪽쫓쭈쭉찌찍찢차착찬찮찰참창찾채책챔챙처척천철첫청체쳐초촉촌총"
    "촬최추축춘출춤춥춧충취츠측츰층치칙친칠침칭카칸칼캐캠커컨컬컴컵컷켓켜코콜콤콩쾌쿠퀴크큰클큼키킬타탁탄탈탑"
    "탓탕태택탤터턱털텅테텍텔템토톤톱통퇴투툼퉁튀튜트특튼튿틀틈티틱팀팅파팎판팔패팩팬퍼퍽페펴편펼평폐포폭표푸"
    "푹풀품풍퓨프플픔피픽필핏핑하학한할함합항해핵핸햄햇행향허헌험헤헬혀현혈협형혜호혹혼홀홍화확환활황회획횟효"
    "후훈훌훔훨휘휴흉흐흑흔흘흙흡흥흩희흰히힘"
)
ENGLISH_G2 = "0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ €ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# Characters of Korean public documents, other than Hangul, that korean_g2 lacks.
DOCUMENT_SYMBOLS = "·「」『』〔〕【】《》〈〉※○●◎□■△▲▽▼◇◆☆★☎☏→←↑↓①②③④⑤⑥⑦⑧⑨⑩㎡㎥㎞㎝㎜㎏ℓ℃₩￦㈜㉮㉯㉰㉱×÷±°′″…‘’“”–—ㅇ"
# Further characters of ten kinds of real pages. Look-alikes that they do not hold are left out: ☐ ▫ ∙ ⋅ ･ ∼ ＊ ㅁ.
FURTHER_SYMBOLS = "ㆍ․‧•▪◦❍☞▣◈❖▷▶◀⇒⇨➡↔☑√✓｢｣～〃㊞ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅰⅱⅲⅳ⑪⑫⑬⑭⑮❶❷❸❹❺㉠㉡㉢㉣ㄱㄴㄷㄹ㎢㏊㎎㎖㎾㎍²³≤≥α"
# Marks and units of 231 pages of laws, notices and surveys that none of the above holds.
MARKS_OF_LAWS = "▸▴⓪㏓℉"


def _ks_x_1001_syllables() -> str:
    """Return the 2,350 Hangul syllables of KS X 1001, in its order: rows B0 to C8 of EUC-KR."""
    rows, cells = range(0xB0, 0xC9), range(0xA1, 0xFF)
    return bytes(byte for row in rows for cell in cells for byte in (row, cell)).decode("euc_kr")


# Each character once; those of korean_g2 keep their class indices.
KOREAN_PUBLIC = "".join(
    dict.fromkeys(
        KOREAN_G2 + _ks_x_1001_syllables() + DOCUMENT_SYMBOLS + FURTHER_SYMBOLS + OFFICIAL_HANJA + MARKS_OF_LAWS
    )
)

NAMED_LISTS = {"korean_g2": KOREAN_G2, "korean_public": KOREAN_PUBLIC, "english_g2": ENGLISH_G2}


LONGEST_NAME = 40  # characters; a longer text is a list


def character_list(setting: str) -> str:
    """Resolve the `character` of a configuration: a name of `NAMED_LISTS`, or the list itself as one string.

    Raises:
        UserError: `setting` is empty, or looks like a name that does not exist: taken for a list, it would leave out
            nearly every label.
    """
    if setting in NAMED_LISTS:
        return NAMED_LISTS[setting]
    names = ", ".join(NAMED_LISTS)
    if not setting:
        raise UserError(f"character: the list is empty; expected one of {names}, or the characters themselves")
    if meant := _misspelt(setting):
        raise UserError(f"character: {setting!r} is no name of a list; did you mean {meant}?")
    if _looks_like_a_name(setting):
        raise UserError(
            f"character: {setting!r} looks like a name, and there is no such list; expected one of {names}, or the "
            "characters themselves: digits, capitals and small letters each in ascending order"
        )
    return str(setting)


def _misspelt(setting: str) -> str | None:
    """Return the name of a list that differs from `setting` by case, spaces, signs, its end or a letter or two."""
    if len(setting) > LONGEST_NAME or not setting.isascii():
        return None
    plain = {re.sub("[^a-z0-9]", "", name): name for name in NAMED_LISTS}
    written = re.sub("[^a-z0-9]", "", setting.casefold())
    beginnings = [name for name in plain if len(written) > 1 and name.startswith(written)]
    near = beginnings or difflib.get_close_matches(written, plain, n=1, cutoff=0.75)
    return plain[near[0]] if near else None


def _looks_like_a_name(setting: str) -> bool:
    """Return whether `setting` is written as names are: the name of a file, or ASCII letters in no order.

    People write the letters of a list from a to z; hardly a name has its letters in this order.
    """
    if len(setting) > LONGEST_NAME:
        return False
    if re.fullmatch(r".*\.(txt|csv|json|ya?ml|pth|py)", setting, re.IGNORECASE):
        return True
    rows = [re.sub(f"[^{row}]", "", setting) for row in ("a-z", "A-Z")]
    return bool(re.fullmatch(r"[A-Za-z0-9 _./-]+", setting)) and any(list(row) != sorted(row) for row in rows)


@dataclass(frozen=True)
class Charset:
    """A list of characters that a network can print; each one is a single Unicode code point and occurs once.

    >>> Charset("가나").encode("나가")
    [2, 1]
    """

    characters: str

    def __post_init__(self) -> None:
        twice = [character for character, count in Counter(self.characters).items() if count > 1]
        if twice:
            raise UserError(f"character: {''.join(twice)!r} stands in the list more than once; each may stand once")
        if nfc(self.characters) != self.characters:
            raise UserError("character: the list is not in Unicode NFC; labels are, so such classes never occur")

    @property
    def class_count(self) -> int:
        """Number of classes of the network: the characters and the blank."""
        return len(self.characters) + 1

    @cached_property
    def _class_of(self) -> dict[str, int]:
        return {character: index for index, character in enumerate(self.characters, start=1)}

    def encode(self, text: str) -> list[int]:
        """Return the class indices of `text`; a character outside the list raises KeyError."""
        return [self._class_of[character] for character in text]

    def missing(self, text: str) -> set[str]:
        """Return the characters of `text` that the list lacks."""
        return {character for character in text if character not in self._class_of}

    def decode_greedy(self, classes: Iterable[int]) -> str:
        """Turn the best class of each time step into text: merge repeats, then remove blanks (Graves 2006)."""
        text, previous = [], 0
        for index in classes:
            if index not in (0, previous):
                text.append(self.characters[index - 1])
            previous = index
        return "".join(text)
