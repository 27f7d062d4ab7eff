"""Readings as two networks could have made them: labels with misread characters, split, merged and missed boxes."""

import random

from train_easyocr.pages.records import Page, Reading

CONFUSED = dict(zip("등근증란택여격교함창금종력학화0831재급", "동큰중관백어계고합장급중려화학O3B7제금", strict=True))
"""What is read instead of a character, mostly."""
OTHERS = "가나다라마바사아자차1234·."
GROUPINGS = ("default_grouping", "word_grouping", "tuned_grouping", "ground_truth_boxes")
MISTAKES = {"baseline_as_shipped": 0.30, "baseline": 0.28, "finetuned": 0.04, "finetuned_as_installed": 0.04}
"""Share of the characters that each network reads wrong; a confusable one four times as often."""


def simulated(pages: list[Page], seed: int = 1) -> dict[str, dict[str, list[tuple[Reading, ...]]]]:
    """Readings of all networks in all groupings; on one word of a hundred all networks agree against its label."""
    return {
        network: {
            grouping: [
                _read_page(page, mistakes, grouping, random.Random(f"{seed} {network} {grouping} {page.name}"))
                for page in pages
            ]
            for grouping in GROUPINGS
        }
        for network, mistakes in MISTAKES.items()
    }


def _read_page(page: Page, mistakes: float, grouping: str, chance: random.Random) -> tuple[Reading, ...]:
    if grouping == "ground_truth_boxes":
        return tuple(Reading(word.box, *_text(word.text, mistakes, chance)) for word in page.words)
    readings, waiting = [], None
    for word in page.words:
        if chance.random() < 0.05:
            continue
        xmin, ymin, xmax, ymax = word.box
        reach = max(1, (ymax - ymin) // 12)
        box = tuple(edge + chance.randint(-reach, reach) for edge in word.box)
        near = waiting and abs(waiting[0][1] - ymin) < 12 and 0 < xmin - waiting[0][2] < 60
        if near and chance.random() < (0.6 if grouping == "default_grouping" else 0.05):
            (left, top, _, bottom), text = waiting
            waiting = (left, min(top, box[1]), box[2], max(bottom, box[3])), f"{text} {word.text}"
            continue
        if waiting:
            readings.append(Reading(waiting[0], *_text(waiting[1], mistakes, chance)))
        waiting = box, word.text
        if len(word.text) > 3 and chance.random() < 0.06:
            half, cut = (xmin + xmax) // 2, len(word.text) // 2
            readings.append(Reading((xmin, ymin, half - 2, ymax), *_text(word.text[:cut], mistakes, chance)))
            waiting = (half + 2, ymin, xmax, ymax), word.text[cut:]
    if waiting:
        readings.append(Reading(waiting[0], *_text(waiting[1], mistakes, chance)))
    return (*readings, *_extra(page, chance))


def _extra(page: Page, chance: random.Random) -> list[Reading]:
    found = []
    for _ in range(chance.randint(0, 3)):
        x, y = chance.randint(0, max(1, page.width - 60)), chance.randint(0, max(1, page.height - 30))
        found.append(Reading((x, y, x + 40, y + 22), chance.choice(OTHERS), round(chance.uniform(0.05, 0.6), 4)))
    return found


def _text(truth: str, mistakes: float, chance: random.Random) -> tuple[str, float]:
    """What was read, and how sure the network is of it."""
    if random.Random(truth).random() < 0.01:  # the same for all networks: a label that is wrong
        return truth[:-1] + ("가" if truth[-1] != "가" else "나"), 0.97
    read = ""
    for character in truth:
        dice = chance.random()
        if dice < min(0.9, mistakes * 4) and character in CONFUSED:
            read += CONFUSED[character]
        elif dice < mistakes / 3:
            read += "" if dice < mistakes / 9 else chance.choice(OTHERS)
        else:
            read += character
    return read, round(min(1.0, max(0.02, chance.gauss(0.93 if read == truth else 0.6, 0.12))), 4)
