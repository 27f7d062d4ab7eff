"""The report as a person uses it, in Chromium: filters, switches, zoom, keys, languages, the file of labels."""

import csv
import re
import time

import pytest
from browser import WITHOUT_CHROMIUM, address, chromium, console, faint_texts, freshly_opened, resize, wider_than_paper
from report_pages import TEXTS, drawn_pages, report_of, simulated_report

from train_easyocr.dataset.excluded_labels import read_excluded_labels
from train_easyocr.pages.records import Reading

pytestmark = [pytest.mark.slow, pytest.mark.skipif(WITHOUT_CHROMIUM, reason="needs chromium and chromium-driver")]

PAGES = 14


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    # A folder that an address has to escape.
    return simulated_report(tmp_path_factory.mktemp("평가 #1"), PAGES)


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(downloads):
    with chromium(downloads) as driver:
        yield driver


@pytest.fixture
def opened(browser, report):
    with freshly_opened(browser, report):
        yield browser


def script(driver, code, *arguments):
    return driver.execute_script(f"return {code}", *arguments)


def wait_for(driver, code, seconds=20):
    """Wait until `code` is true, and return its value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := script(driver, code):
            return found
        time.sleep(0.02)
    raise AssertionError(f"still not true: {code}")


def rows_of(driver, table):
    """The texts of the cells of a table."""
    rows = "[...document.querySelectorAll(arguments[0])].map(row => [...row.cells].map(cell => cell.innerText))"
    return script(driver, rows, f"{table} tbody tr")


def texts_of(driver, selector):
    return script(driver, "[...document.querySelectorAll(arguments[0])].map(found => found.innerText)", selector)


def count(driver, selector):
    return script(driver, "document.querySelectorAll(arguments[0]).length", selector)


def listed(driver):
    """The rows of the list of pages: name, words, F1 before, F1 after, change, and the errors."""
    return rows_of(driver, "#page-list")


def set_filter(driver, name, value):
    driver.execute_script(
        "const f = document.querySelector('#filters').elements[arguments[0]]; f.value = arguments[1];"
        "f.dispatchEvent(new Event('input', { bubbles: true }))",
        name,
        value,
    )


def open_page(driver, number):
    driver.execute_script(f"location.hash = '#page-{number}'")
    wait_for(driver, "document.querySelector('#viewer').open && document.querySelector('#word-list tbody tr')")


def press(driver, key):
    driver.execute_script(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: arguments[0], bubbles: true }))", key
    )


def view(driver):
    """The part of the page that is seen: x, y, width, height."""
    return list(map(float, script(driver, "document.querySelector('#sheet').getAttribute('viewBox')").split()))


def test_pages_stand_worst_first_and_are_filtered_by_category_score_and_kind_of_error(opened):
    rows = listed(opened)
    scores = [float(row[3]) for row in rows]
    assert len(rows) == PAGES and scores == sorted(scores)
    worst = opened.find_element("css selector", ".findings dd a").text
    assert worst == rows[0][0]
    set_filter(opened, "category", "주민복지")
    assert {row[0].split("/")[0] for row in listed(opened)} == {"주민복지"}
    set_filter(opened, "category", "")
    set_filter(opened, "to", "0.9")
    assert [float(row[3]) for row in listed(opened)] == [score for score in scores if score <= 0.9]
    set_filter(opened, "to", "1")
    set_filter(opened, "error", "split")
    set_filter(opened, "order", "errors")
    splits = [int(row[6]) for row in listed(opened)]
    assert splits == sorted(splits, reverse=True) and min(splits) > 0
    assert script(opened, "document.querySelector('#shown').innerText") == f"{len(splits)} of {PAGES} pages"
    set_filter(opened, "error", "")
    set_filter(opened, "order", "change")
    changes = [float(row[4].replace("−", "-")) for row in listed(opened)]
    assert changes == sorted(changes)


def test_a_page_opens_with_its_picture_and_the_layers_are_switched(opened):
    open_page(opened, 3)
    assert script(opened, "document.querySelector('#sheet image').getAttribute('href')").endswith("pages/0003.jpg")
    loaded = "const i = new Image(); i.src = document.querySelector('#sheet image').href.baseVal; return i.naturalWidth"
    wait_for(opened, f"(() => {{ {loaded} }})()")
    shown = "[...document.querySelectorAll('#sheet g')].map(g => getComputedStyle(g).display !== 'none')"
    assert script(opened, shown) == [False, False, True]
    for box in opened.find_elements("css selector", "#layers input"):
        box.click()
    assert script(opened, shown) == [True, True, False]
    assert script(opened, "document.querySelectorAll('#sheet g')[0].children.length") == 15


def test_every_verdict_has_a_colour_and_a_line_of_its_own(browser, tmp_path):
    """A page on which each of them occurs once: what is found wrong stands apart from what is right, also in grey."""
    [file] = drawn_pages(tmp_path, 1)
    words = file.page.words
    (xmin, ymin, xmax, ymax), third, fourth = words[2].box, words[3].box, words[4].box
    middle = (xmin + xmax) // 2
    readings = [
        Reading(words[0].box, words[0].text, 0.9),
        Reading(words[1].box, "틀림", 0.9),
        Reading((xmin, ymin, middle, ymax), words[2].text[0], 0.9),
        Reading((middle, ymin, xmax, ymax), words[2].text[1:], 0.9),
        Reading((third[0], third[1], fourth[2], fourth[3]), words[3].text + words[4].text, 0.9),
        Reading((20, 340, 200, 390), "없음", 0.9),
    ]
    browser.get(address(report_of(tmp_path / "result", [file], {"엔진": {"own_boxes": [readings]}})))
    open_page(browser, 1)
    found = script(
        browser,
        "[...document.querySelectorAll('#sheet .box')].filter(box => !box.classList.contains('label')).map(box => "
        "[box.classList[1], getComputedStyle(box).stroke, getComputedStyle(box).strokeDasharray])",
    )
    styles = {verdict: (colour, line) for verdict, colour, line in found}
    assert set(styles) == {"right", "wrong", "split", "merged", "missed", "extra"}
    assert len({colour for colour, _ in styles.values()}) == len({line for _, line in styles.values()}) + 1 == 6
    assert {verdict for verdict, (_, line) in styles.items() if line == "none"} == {"right", "wrong"}
    assert console(browser) == []


def test_the_words_of_a_page_with_what_differs_marked(opened):
    open_page(opened, 1)
    opened.find_element("css selector", "#errors-only").click()
    rows = rows_of(opened, "#word-list")
    assert len(rows) >= 15 and rows[0][0] in TEXTS
    opened.find_element("css selector", "#errors-only").click()
    assert 0 < count(opened, "#word-list tbody tr") < len(rows)
    signs = texts_of(opened, "#word-list td:last-child .verdict-sign")
    assert signs and "✓" not in signs and set(signs) <= set("✗÷∪∅+")
    assert count(opened, "#word-list mark") > 0


def test_zoom_and_pan_by_keys_wheel_buttons_and_a_word(opened):
    open_page(opened, 2)
    whole = view(opened)
    assert whole == [0, 0, 900, 400]
    press(opened, "+")
    assert view(opened)[2] == pytest.approx(900 / 1.4)
    press(opened, "0")
    assert view(opened) == whole
    opened.find_element("css selector", "#zoom-in").click()
    assert view(opened)[2] < 900
    opened.find_element("css selector", "#zoom-fit").click()
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.actions.wheel_input import ScrollOrigin

    sheet = opened.find_element("css selector", "#sheet")
    ActionChains(opened).scroll_from_origin(ScrollOrigin.from_element(sheet), 0, -200).perform()
    wait_for(opened, "Number(document.querySelector('#sheet').getAttribute('viewBox').split(' ')[2]) < 899")
    before = view(opened)
    ActionChains(opened).move_to_element(sheet).click_and_hold().move_by_offset(-60, -30).release().perform()
    after = view(opened)
    assert after[2:] == before[2:] and after[0] > before[0] and after[1] > before[1]
    opened.find_element("css selector", "#word-list tbody tr").click()
    assert view(opened)[2] < 900 / 2
    assert count(opened, "#sheet rect.chosen") >= 1


def test_the_pointer_over_a_box_shows_text_confidence_iou_and_cer(opened):
    from selenium.webdriver import ActionChains

    open_page(opened, 2)
    box = opened.find_element("css selector", '#sheet g[data-layer="1"] rect.right')
    ActionChains(opened).move_to_element(box).perform()
    tip = wait_for(opened, "!document.querySelector('#tip').hidden && document.querySelector('#tip').innerText")
    assert re.search(r"fine-tuned\s*right", tip)
    for name in ("label", "read", "confidence", "IoU", "CER"):
        assert name in tip
    assert "0.000" in tip


def test_keys_go_to_the_next_and_the_previous_page_and_escape_closes(opened):
    rows = listed(opened)
    opened.find_element("css selector", "#page-list tbody a").click()
    wait_for(opened, "document.querySelectorAll('#word-list tbody tr').length")
    named = "document.querySelector('#page-name').innerText"
    assert script(opened, named) == rows[0][0]
    press(opened, "ArrowRight")
    wait_for(opened, f"{named} === {rows[1][0]!r}")
    press(opened, "ArrowLeft")
    wait_for(opened, f"{named} === {rows[0][0]!r}")
    press(opened, "ArrowLeft")  # there is none before the first
    assert script(opened, named) == rows[0][0]
    from selenium.webdriver.common.keys import Keys

    opened.switch_to.active_element.send_keys(Keys.ESCAPE)
    wait_for(opened, "!document.querySelector('#viewer').open && location.hash === ''")


def test_the_language_changes_everywhere_and_is_remembered(opened, report):
    heading = "document.querySelector('h1').innerText"
    assert script(opened, heading) == "Evaluation report"
    opened.find_element("css selector", '[data-to-language="ko"]').click()
    assert script(opened, heading) == "평가 보고서"
    assert script(opened, "document.documentElement.lang") == "ko"
    assert script(opened, "document.querySelector('[name=order]').selectedOptions[0].text") == "점수가 낮은 순"
    seen = script(opened, "document.body.innerText")
    for english in ("worst first", "Confusions", "baseline", "fine-tuned", "recall", "pages"):
        assert english not in seen
    hidden = "[...document.querySelectorAll('svg tspan[lang=en]')].map(text => getComputedStyle(text).display)"
    assert set(script(opened, hidden)) == {"none"}
    opened.get(address(report))
    assert script(opened, heading) == "평가 보고서"


def test_ticked_labels_are_saved_in_the_form_that_step_2_reads(opened, downloads):
    save = opened.find_element("css selector", "#save-labels")
    assert not save.is_enabled()
    opened.find_element("css selector", "#tick-all").click()
    everyone = len(opened.find_elements("css selector", "[data-label]"))
    assert script(opened, "document.querySelector('#ticked').innerText") == f"{everyone} ticked"
    opened.find_element("css selector", "#untick-all").click()
    box = opened.find_element("css selector", "[data-label]")
    box.click()
    save.click()
    path = downloads / "exclude_labels.csv"
    end = time.monotonic() + 20
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.05)
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    [[excluded, [word]]] = read_excluded_labels(str(path)).items()  # as step 2 does
    path.unlink()
    assert header == ["page", "xmin", "ymin", "xmax", "ymax", "text"]
    [[page, *corners, text]] = rows
    assert re.fullmatch(r"(인\.허가|주민복지|회계\.예산)/\d+/\d{4}/page-\d{4}", page)
    assert all(corner.isdigit() for corner in corners)
    assert text == script(opened, "document.querySelector('.suspects figcaption b').innerText")
    assert (excluded, word.text, word.box) == (page, text, tuple(map(int, corners)))


def test_a_confusion_opens_its_crops_and_a_crop_its_page(opened):
    opened.execute_script("document.querySelector('.confusion').open = true")
    opened.execute_script("document.querySelector('.confusion img').scrollIntoView()")
    wait_for(opened, "document.querySelector('.confusion img').naturalWidth")
    assert 1 <= script(opened, "document.querySelectorAll('.confusion')[0].querySelectorAll('figure').length") <= 20
    opened.find_element("css selector", ".confusion a").click()
    wait_for(opened, "document.querySelector('#viewer').open")


def test_a_point_of_the_chart_opens_its_page(opened):
    link = "document.querySelector('#chart-pages a')"
    target = script(opened, f"{link}.getAttribute('href')")
    click = "new MouseEvent('click', { bubbles: true, cancelable: true, view: window })"
    opened.execute_script(f"{link}.dispatchEvent({click})")
    wait_for(opened, "document.querySelector('#viewer').open")
    assert script(opened, "location.hash") == target


def test_nothing_is_wider_than_a_telephone(opened):
    resize(opened, 400, 800)
    assert script(opened, "document.documentElement.scrollWidth") <= 400
    open_page(opened, 1)
    assert script(opened, "document.querySelector('#viewer').scrollWidth") <= 400
    assert script(opened, "document.querySelector('#sheet').clientHeight") > 150


def test_the_texts_can_be_read_on_their_ground_and_no_table_is_cut_off_on_a_desk(opened):
    assert faint_texts(opened) == []
    wide = "[...document.querySelectorAll('.wide')].map(box => box.scrollWidth - box.clientWidth)"
    assert set(script(opened, wide)) == {0}


def test_nothing_is_cut_off_on_paper(opened):
    assert wider_than_paper(opened) == []


def test_the_most_confused_pair_leads_to_its_crops(opened):
    pair = opened.find_element("css selector", ".findings .pair")
    named = pair.text
    pair.click()
    wait_for(opened, "document.querySelector('.confusion[open] img').naturalWidth")
    assert texts_of(opened, ".confusion[open] summary .pair") == [named]
    assert "∅" not in named and "␣" not in named
    # Pairs of characters stand apart from what was left out, which comes from boxes more than from reading.
    assert not {"∅", "␣"} & set("".join(texts_of(opened, "#confused-0-characters .pair")))
    assert all({"∅", "␣"} & set(text) for text in texts_of(opened, "#confused-0-omissions .pair"))


def test_a_page_whose_data_is_missing_is_told(browser, report, tmp_path):
    (tmp_path / "report.html").write_bytes(report.read_bytes())
    browser.get(address(tmp_path / "report.html") + "#page-1")
    wait_for(browser, "document.querySelector('#problem').innerText.includes('report_files')")
    console(browser)


def test_a_report_with_hidden_texts_works_without_texts(browser, tmp_path):
    browser.get(address(simulated_report(tmp_path, 4, hide_texts=True)))
    console(browser)
    open_page(browser, 1)
    assert "등록" not in script(browser, "document.body.textContent")
    assert count(browser, "#word-list .verdict-sign") > 0
    assert console(browser) == []
