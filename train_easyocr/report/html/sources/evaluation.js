// The pages of an evaluation: their list, one of them with its boxes, and the labels that a person ticks as wrong.
const data = JSON.parse(document.getElementById("report-data").textContent);
const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const main = data.main; // the network that pages are judged by

const filled = (made, attributes, children) => {
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};
const element = (name, attributes = {}, ...children) => filled(document.createElement(name), attributes, children);
const shape = (name, attributes, ...children) => filled(document.createElementNS(SVG, name), attributes, children);

const inLanguage = (language, key, values = {}) =>
  data.texts[language][key]
    .replace(/\{(\w+)\|([^{}|]*)\|([^{}|]*)\}/g, (_, name, one, many) => (String(values[name]) === "1" ? one : many))
    .replace(/\{(\w+)\}/g, (_, name) => values[name]);

const both = (key, values) => {
  const made = document.createDocumentFragment();
  for (const language of ["ko", "en"]) made.append(element("span", { lang: language }, inLanguage(language, key, values)));
  return made;
};

const compared = data.before !== null; // whether pages have a change to show

const title = (names) => both(names.key, names.values);
const figure = (value) => (value === null ? "–" : value.toFixed(3));
const signed = (value) => `${Number(figure(value)) === 0 ? "±" : value < 0 ? "−" : "+"}${figure(Math.abs(value))}`;

// ---- The list of pages
const filters = byId("filters").elements;

const errorsOf = (page, network) => {
  const counts = page.errors[network];
  return filters.error.value ? counts[data.errors.indexOf(filters.error.value)] : counts.reduce((sum, count) => sum + count, 0);
};

const changeOf = (page) => page.f1[main] - page.f1[data.before];

const ORDERS = {
  worst: (a, b) => a.f1[main] - b.f1[main],
  errors: (a, b) => errorsOf(b, main) - errorsOf(a, main),
  change: (a, b) => changeOf(a) - changeOf(b),
  name: (a, b) => a.number - b.number,
};

let shown = []; // the pages of the list, in its order

const options = (select, entries) => {
  // An option shows text alone, so it is written anew when the language changes.
  const write = () => {
    const chosen = select.value;
    select.replaceChildren(...entries.map(([value, key]) =>
      element("option", { value }, key ? inLanguage(document.documentElement.lang, key) : value)));
    select.value = entries.some(([value]) => value === chosen) ? chosen : entries[0][0];
  };
  write();
  for (const button of document.querySelectorAll("[data-to-language]")) button.addEventListener("click", write);
};

const pageRow = (page) => {
  const row = element("tr", {}, element("td", {}, element("a", { href: `#page-${page.number}` }, page.name)));
  row.append(element("td", {}, String(page.words)));
  for (const score of page.f1) row.append(element("td", {}, figure(score)));
  if (compared) row.append(element("td", {}, signed(changeOf(page))));
  for (const count of page.errors[main]) row.append(element("td", {}, String(count)));
  return row;
};

const listPages = () => {
  const [from, to] = [filters.from, filters.to].map((field) => Number(field.value));
  shown = data.pages.filter((page) =>
    (!filters.category.value || page.category === filters.category.value) &&
    (!filters.error.value || errorsOf(page, main) > 0) &&
    page.f1[main] >= from && page.f1[main] <= to);
  shown.sort((a, b) => ORDERS[filters.order.value](a, b) || a.number - b.number);
  byId("page-list").tBodies[0].replaceChildren(...shown.map((page) => (page.row ??= pageRow(page))));
  byId("shown").replaceChildren(both("pages_shown", { shown: shown.length, total: data.pages.length }));
};

const startList = () => {
  const titles = [both("column_page"), both("column_words"), ...data.networks.map(title)];
  if (compared) titles.push(both("column_change"));
  titles.push(...data.errors.map((kind) => both(kind)));
  byId("page-list").tHead.append(element("tr", {}, ...titles.map((name) => element("th", {}, name))));
  const categories = [...new Set(data.pages.map((page) => page.category))];
  categories.sort();
  options(filters.category, [["", "filter_all"], ...categories.map((name) => [name])]);
  options(filters.error, [["", "filter_all"], ...data.errors.map((kind) => [kind, kind])]);
  const orders = ["worst", "errors", ...(compared ? ["change"] : []), "name"];
  options(filters.order, orders.map((order) => [order, `sort_${order}`]));
  byId("filters").addEventListener("input", listPages);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  listPages();
};

// ---- Labels that a person ticks as wrong
const ticked = () => [...document.querySelectorAll("[data-label]:checked")];

const csvField = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

const saveLabels = () => {
  const rows = ticked().map((box) => data.suspects[Number(box.dataset.label)].map(String).map(csvField).join(","));
  const text = ["page,xmin,ymin,xmax,ymax,text", ...rows].map((row) => `${row}\n`).join("");
  // The mark at the start makes spreadsheets read Korean as UTF-8.
  const address = URL.createObjectURL(new Blob(["\uFEFF", text], { type: "text/csv" }));
  element("a", { href: address, download: "exclude_labels.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
};

const countTicked = () => {
  byId("save-labels").disabled = ticked().length === 0;
  byId("ticked").replaceChildren(both("suspect_ticked", { count: ticked().length }));
};

const startSuspects = () => {
  if (!byId("save-labels")) return;
  for (const [id, state] of [["tick-all", true], ["untick-all", false]]) {
    byId(id).addEventListener("click", () => {
      for (const box of document.querySelectorAll("[data-label]")) box.checked = state;
      countTicked();
    });
  }
  byId("save-labels").addEventListener("click", saveLabels);
  byId("suspects").addEventListener("change", countTicked);
  countTicked();
};
