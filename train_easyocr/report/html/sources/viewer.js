// One page of an evaluation: its image with the boxes over it, and its words as a table.
const MARKS = { right: "✓", wrong: "✗", split: "÷", merged: "∪", missed: "∅", extra: "+", excused: "·" };
const viewer = byId("viewer");
const sheet = byId("sheet");
const tip = byId("tip");
const layers = ["labels", ...data.networks.keys()]; // what can be switched on and off: labels, and networks by position
const visible = new Set([main]);
const about = new WeakMap(); // rectangle → { word, reading, network }, of which some are absent
let current = null; // the page that is open, from the list
let view = null; // the part of the page that is seen: x, y, width, height in its pixels
let dragged = 0; // how far the pointer moved since it went down, in pixels of the screen

window.receivePage = (number, content) => {
  const page = data.pages[number - 1];
  page.content = content;
  if (page === current) drawPage();
};

const loadPage = (page) => {
  if (!page || page.content || page.asked) return;
  page.asked = true;
  const script = element("script", { src: page.file });
  script.addEventListener("error", () => page === current && tell(both("page_not_loaded", { file: page.file })));
  document.head.append(script);
};

const tell = (message) => {
  byId("problem").replaceChildren(message ?? "");
  byId("problem").hidden = !message;
};

const rectangle = ([xmin, ymin, xmax, ymax], kind, what) => {
  const made = shape("rect", { class: `box ${kind}`, x: xmin, y: ymin, width: Math.max(1, xmax - xmin), height: Math.max(1, ymax - ymin) });
  about.set(made, what);
  return made;
};

// ---- The image and its boxes
const layerOf = (name, page) => {
  const group = shape("g", { "data-layer": name });
  if (name === "labels") {
    page.ignored.forEach((box) => group.append(rectangle(box, "ignored", {})));
    page.words.forEach(({ box }, word) => group.append(rectangle(box, "label", { word })));
    return group;
  }
  const network = page.networks[name];
  network.words.forEach(({ verdict, readings }, word) => {
    if (!readings.length) group.append(rectangle(page.words[word].box, verdict, { word, network: name }));
  });
  network.readings.forEach((reading, position) =>
    group.append(rectangle(reading.box, reading.verdict, { word: reading.word ?? undefined, reading: position, network: name })));
  return group;
};

const showLayers = () => {
  for (const group of sheet.querySelectorAll("g")) {
    const name = group.dataset.layer;
    group.style.display = visible.has(name === "labels" ? name : Number(name)) ? "" : "none";
  }
  for (const box of byId("layers").querySelectorAll("input")) box.checked = visible.has(layers[Number(box.value)]);
};

const toggleLayer = (name) => {
  if (!visible.delete(name)) visible.add(name);
  showLayers();
  listWords();
};

const look = (part) => {
  view = part;
  sheet.setAttribute("viewBox", `${part.x} ${part.y} ${part.width} ${part.height}`);
};

const fit = () => look({ x: 0, y: 0, width: current.content.width, height: current.content.height });

const zoom = (factor, x = view.x + view.width / 2, y = view.y + view.height / 2) => {
  const whole = current.content.width;
  const width = Math.min(whole * 1.5, Math.max(whole / 40, view.width / factor));
  const real = view.width / width;
  look({ x: x - (x - view.x) / real, y: y - (y - view.y) / real, width, height: view.height / real });
};

const lookAt = ([xmin, ymin, xmax, ymax]) => {
  const width = Math.max((xmax - xmin) * 3, current.content.width / 4);
  const height = (width * current.content.height) / current.content.width;
  look({ x: (xmin + xmax - width) / 2, y: (ymin + ymax - height) / 2, width, height });
};

const onPage = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(sheet.getScreenCTM().inverse());

// ---- The words
const readText = (reading) => {
  const made = document.createDocumentFragment();
  for (const piece of reading.pieces ?? [reading.text]) {
    if (typeof piece === "string") made.append(piece);
    else made.append(element("mark", { title: `${piece[0] || "∅"} → ${piece[1] || "∅"}` }, piece[1] || "∅"));
  }
  return made;
};

const cellOf = (verdict, readings) => {
  const cell = element("td", { class: verdict }, element("b", { class: "verdict-sign" }, MARKS[verdict]));
  readings.forEach((reading, place) => {
    if (place) cell.append(" | ");
    cell.append(readText(reading), " ", element("small", {}, reading.confidence.toFixed(2)));
  });
  if (!readings.length) cell.append(element("small", {}, both(verdict)));
  return cell;
};

const wordRows = (page) => {
  const networks = page.networks;
  const rows = page.words.map(({ text, box }, word) => {
    const row = element("tr", {}, element("td", {}, text));
    for (const { words, readings } of networks) row.append(cellOf(words[word].verdict, words[word].readings.map((position) => readings[position])));
    return { row, box, word, verdicts: networks.map(({ words }) => words[word].verdict) };
  });
  networks.forEach((network, number) => network.readings.forEach((reading, position) => {
    if (reading.verdict !== "extra") return;
    const row = element("tr", {}, element("td", {}, element("small", {}, both("no_label"))));
    networks.forEach((_, column) => row.append(column === number ? cellOf("extra", [reading]) : element("td")));
    rows.push({ row, box: reading.box, reading: position, network: number, verdicts: networks.map((_, column) => (column === number ? "extra" : "right")) });
  }));
  for (const entry of rows) entry.row.addEventListener("click", () => { lookAt(entry.box); select(entry); });
  return rows;
};

const listWords = () => {
  if (!current?.content) return;
  const judged = data.networks.map((_, number) => number).filter((number) => visible.has(number));
  if (!judged.length) judged.push(main);
  const wanted = current.rows.filter(({ verdicts }) =>
    !byId("errors-only").checked || judged.some((number) => verdicts[number] !== "right"));
  const nothing = element("tr", {}, element("td", { colspan: data.networks.length + 1 }, both("nothing_wrong")));
  byId("word-list").tBodies[0].replaceChildren(...(wanted.length ? wanted.map(({ row }) => row) : [nothing]));
};

const select = ({ word, reading, network }) => {
  for (const chosen of viewer.querySelectorAll(".chosen")) chosen.classList.remove("chosen");
  const same = (what) => (word !== undefined ? what.word === word : what.reading === reading && what.network === network);
  for (const box of sheet.querySelectorAll("rect")) if (same(about.get(box))) box.classList.add("chosen");
  const entry = current.rows.find(same);
  entry?.row.classList.add("chosen");
  entry?.row.scrollIntoView({ block: "nearest" });
};

// ---- What the pointer is over
const tipLines = ({ word, reading, network }) => {
  const page = current.content;
  const lines = [];
  if (word !== undefined) lines.push([both("label"), page.words[word].text]);
  if (network === undefined) return lines;
  const read = page.networks[network].readings[reading];
  const verdict = read ? read.verdict : page.networks[network].words[word].verdict;
  lines.unshift([title(data.networks[network]), both(verdict)]);
  if (!read) return lines;
  lines.push([both("read_as"), readText(read)], [both("confidence"), read.confidence.toFixed(3)]);
  if (read.iou !== null) lines.push([both("iou"), figure(read.iou)], [both("cer"), figure(read.cer)]);
  return lines;
};

const showTip = (event) => {
  const what = about.get(event.target);
  tip.hidden = !what || tipLines(what).length === 0;
  if (tip.hidden) return;
  tip.replaceChildren(...tipLines(what).map(([name, value]) => element("div", {}, element("span", {}, name), element("b", {}, value))));
  tip.style.left = `${Math.max(0, Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${Math.max(0, Math.min(event.clientY + 14, window.innerHeight - tip.offsetHeight - 8))}px`;
};

// ---- Opening, closing, going on
const drawPage = () => {
  const page = current.content;
  current.rows ??= wordRows(page);
  sheet.replaceChildren();
  if (current.image) sheet.append(shape("image", { href: current.image, width: page.width, height: page.height }));
  sheet.append(...layers.map((name) => layerOf(name, page)));
  tell(current.image ? null : both("no_image", { reason: current.problem }));
  fit();
  showLayers();
  listWords();
  loadPage(shown[shown.indexOf(current) + 1]);
};

const openPage = (page) => {
  current = page;
  tip.hidden = true;
  byId("page-name").textContent = page.name;
  sheet.replaceChildren();
  tell(null);
  byId("word-list").tBodies[0].replaceChildren();
  if (!viewer.open) viewer.showModal();
  sheet.focus();
  if (page.content) drawPage();
  else loadPage(page);
};

const step = (by) => {
  const next = shown[shown.indexOf(current) + by];
  if (next) location.replace(`#page-${next.number}`);
};

const followAddress = () => {
  const page = data.pages[Number(location.hash.match(/^#page-(\d+)$/)?.[1]) - 1];
  if (page) openPage(page);
  else if (viewer.open) viewer.close();
  const target = byId(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
};

const KEYS = {
  ArrowLeft: () => step(-1),
  ArrowRight: () => step(1),
  "+": () => zoom(1.4),
  "=": () => zoom(1.4),
  "-": () => zoom(1 / 1.4),
  0: fit,
};

const startViewer = () => {
  const titles = [both("label"), ...data.networks.map(title)];
  byId("word-list").tHead.append(element("tr", {}, ...titles.map((name) => element("th", {}, name))));
  layers.forEach((name, position) => {
    const box = element("input", { type: "checkbox", value: position });
    box.addEventListener("change", () => toggleLayer(name));
    byId("layers").append(element("label", { class: `layer-${name}` }, box, name === "labels" ? both("labels") : title(data.networks[name])));
  });
  for (const [id, act] of [["previous", () => step(-1)], ["next", () => step(1)], ["zoom-in", () => zoom(1.4)],
    ["zoom-out", () => zoom(1 / 1.4)], ["zoom-fit", fit], ["close", () => viewer.close()]]) {
    byId(id).addEventListener("click", () => current.content || !id.startsWith("zoom") ? act() : undefined);
  }
  byId("errors-only").addEventListener("change", listWords);
  viewer.addEventListener("close", () => history.replaceState(null, "", location.href.split("#")[0]));
  viewer.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.altKey || event.metaKey || !current.content) return;
    event.preventDefault();
    act();
  });
  sheet.addEventListener("wheel", (event) => {
    if (!view) return;
    event.preventDefault();
    const { x, y } = onPage(event);
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, x, y);
  }, { passive: false });
  sheet.addEventListener("pointerdown", (event) => { dragged = 0; sheet.setPointerCapture(event.pointerId); });
  sheet.addEventListener("pointermove", (event) => {
    if (!view || !sheet.hasPointerCapture(event.pointerId)) { showTip(event); return; }
    dragged += Math.abs(event.movementX) + Math.abs(event.movementY);
    const scale = sheet.getScreenCTM().a;
    look({ ...view, x: view.x - event.movementX / scale, y: view.y - event.movementY / scale });
  });
  sheet.addEventListener("pointerup", (event) => {
    const what = about.get(document.elementFromPoint(event.clientX, event.clientY));
    if (dragged < 4 && what) select(what);
  });
  sheet.addEventListener("pointerleave", () => { tip.hidden = true; });
  window.addEventListener("hashchange", followAddress);
};
