/* The chat page.
 *
 * Sentences come from /page/texts/<language>.json; everything that is shown is built from nodes and textContent, so
 * nothing that anybody writes can become markup. Messages wait in a queue, one under way at a time, and keep their id
 * when they are sent again: the server answers an id once.
 */

const DOOR = "/webhooks/page";
const LANGUAGES = ["da", "en"];
/** Characters (code points, as the server counts them). */
const LONGEST_MESSAGE = 4000;
/** The counter is shown when this many characters or fewer are left. */
const COUNT_FROM = 400;
/** Milliseconds: the first wait before a message is sent again, doubled each time, and the longest one. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
/** Milliseconds without an answer after which a message is sent again. */
const PATIENCE = 60000;
/** Milliseconds before "answer on its way" is shown, so that quick answers are not announced twice. */
const BEFORE_STATUS = 500;
/** What may stand after `?start=`. */
const START = /^[A-Za-z0-9_-]{1,64}$/;

const part = (id) => document.getElementById(id);
const log = part("log");
const input = part("message");

// --- What the page keeps --------------------------------------------------------------------------------------------

/** A browser's store, or one in memory where the browser refuses (private windows, blocked cookies). */
function store(kind) {
  try {
    const found = window[kind];
    found.setItem("jobsamtale.probe", "1");
    found.removeItem("jobsamtale.probe");
    return found;
  } catch {
    const kept = new Map();
    return {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => kept.set(name, value),
      removeItem: (name) => kept.delete(name),
    };
  }
}

/** Gone when the tab is closed. */
const session = store("sessionStorage");
/** Used only for the token, and only of somebody who has said yes to being remembered. */
const lasting = store("localStorage");
const TOKEN = "jobsamtale.token";
const UNSENT = "jobsamtale.unsent";
const DRAFT = "jobsamtale.draft";
const LANGUAGE = "jobsamtale.language";

const readToken = () => lasting.getItem(TOKEN) ?? session.getItem(TOKEN);

function dropToken() {
  lasting.removeItem(TOKEN);
  session.removeItem(TOKEN);
}

function keepToken(token, remember) {
  dropToken();
  (remember ? lasting : session).setItem(TOKEN, token);
}

// --- Language -------------------------------------------------------------------------------------------------------

/** The page's own texts, by language; loaded before anything else happens. */
const allTexts = {};
let language = "da";
let texts = {};

async function loadTexts(wanted) {
  const response = await fetch(`/page/texts/${wanted}.json`);
  if (!response.ok) throw new Error(`texts: ${response.status}`);
  allTexts[wanted] = await response.json();
}

/** Show the page's own texts in a language. */
function showLanguage(wanted) {
  language = wanted;
  texts = allTexts[wanted];
  session.setItem(LANGUAGE, wanted);
  document.documentElement.lang = wanted;
  document.title = texts.page_title;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = texts[node.dataset.text];
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", texts[node.dataset.label]);
  }
  part("language").lang = otherLanguage();
  measure();
}

const otherLanguage = () => LANGUAGES.find((one) => one !== language);

// --- Showing what is said -------------------------------------------------------------------------------------------

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const ADDRESS = "https?:\\/\\/[^\\s<>\"]+";
const GROUPED = "\\d\\d(?:[ \\u00a0]\\d\\d){3}|\\d\\d(?:[ \\u00a0]\\d{3}){2}";
const BARE = "\\d{8}|116[ \\u00a0]?111|1813|1818|1888|112|114";
const LINK = new RegExp(`(${ADDRESS})|((?:\\+45[ \\u00a0]?)?(?:${GROUPED}|${BARE}))`, "g");
const SURE = new RegExp(`^(?:\\+45|(?:${GROUPED})$)`);
/** A bare number (112, eight digits) is a telephone number only where calling is spoken of: "§ 112" is not. */
const CALLING = /ring|call|tele?fon|phone|nummer|number|\btlf|fare|danger|linje|linien|akut|læge|vold|politi|: ?$/i;
const NOT_BEFORE = /[\w+.,/§-]$|§\s*$|\b(?:nr|no|stk|side|page)\.?\s*$/i;
const NOT_AFTER = /^(?:\d|[.,/-]\d|\s*(?:kr|%|pct|procent|percent|timer|hours|dage|days)\b|[a-zæøå])/i;

/** The telephone address of a number in `text` at `start`, or null when it is not one. */
function telephone(number, text, start) {
  const before = text.slice(0, start);
  const after = text.slice(start + number.length);
  if (NOT_BEFORE.test(before) || NOT_AFTER.test(after)) return null;
  if (!SURE.test(number) && !CALLING.test(text.slice(Math.max(0, start - 80), start))) return null;
  const digits = number.replace(/[^\d+]/g, "");
  return digits.length === 8 ? `tel:+45${digits}` : `tel:${digits}`;
}

/** A line of text as nodes: web addresses and telephone numbers become links. */
function linked(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const [found, address] = match;
    let link = null;
    let shown = found;
    if (address) {
      shown = address.replace(/[.,;:!?)\]»”'"]+$/, "");
      link = element("a", { href: shown, target: "_blank", rel: "noopener noreferrer" }, shown);
      link.append(element("span", { class: "unseen" }, ` ${texts.opens_new_tab}`));
    } else {
      const href = telephone(found, text, match.index);
      if (href) link = element("a", { href }, shown);
    }
    if (!link) continue;
    nodes.push(text.slice(from, match.index), link);
    from = match.index + shown.length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

const BULLET = /^\s*[-•]\s+/;
const NUMBERED = /^\s*(\d{1,2})[.)]\s+/;

/** A text as paragraphs and lists. A numbered list begins at 1: "3. juni" is not one. */
function blocks(text) {
  const made = [];
  let list = null;
  let paragraphEnds = false;
  for (const line of text.split("\n")) {
    const numbered = NUMBERED.exec(line);
    if (!line.trim()) {
      list = null;
      paragraphEnds = true;
    } else if (BULLET.test(line)) {
      if (list?.localName !== "ul") made.push((list = element("ul")));
      list.append(element("li", {}, ...linked(line.replace(BULLET, ""))));
    } else if (numbered && Number(numbered[1]) === (list?.localName === "ol" ? list.children.length : 0) + 1) {
      if (list?.localName !== "ol") made.push((list = element("ol")));
      list.append(element("li", {}, ...linked(line.replace(NUMBERED, ""))));
    } else {
      list = null;
      made.push(element("p", paragraphEnds && made.length ? { class: "apart" } : {}, ...linked(line)));
      paragraphEnds = false;
    }
  }
  return made;
}

/** A group of what one side says, beginning with who it is; `lang` is the language of that name. */
function group(side, name) {
  const who = element("p", { class: "who" }, `${name}:`);
  return element("div", { class: `said ${side}`, lang: language }, who);
}

function showMine(text) {
  const mine = group("mine", texts.you);
  mine.tabIndex = -1;
  const lines = text.split("\n").map((line) => element("p", {}, line));
  mine.append(element("div", { class: "bubble", dir: "auto" }, ...lines));
  log.append(mine);
  toEnd();
  return mine;
}

/** Buttons that can still be pressed: those under the last answer. */
let open = [];
let lastOpen = [];

function closeButtons() {
  if (open.length) lastOpen = open;
  for (const button of open) if (button.localName === "button") button.disabled = true;
  open = [];
}

/** Give the buttons back when what was sent instead came to nothing. */
function reopenButtons() {
  if (open.length) return;
  open = lastOpen;
  for (const button of open) {
    button.classList.remove("chosen");
    if (button.localName === "button") button.disabled = false;
  }
}

function choice({ title, payload }) {
  const number = linked(title).find((node) => node.href?.startsWith("tel:"));
  // A button that says "call 112" must also call.
  const button = number
    ? element("a", { class: "choice call", href: number.href }, title)
    : element("button", { class: "choice", type: "button" }, title);
  button.addEventListener("click", () => {
    if (!open.includes(button)) return;
    button.classList.add("chosen");
    const line = say(payload, title);
    // The pressed button can hold the focus no longer; from the person's line, Tab leads on to the next buttons.
    if (!number) line.focus({ preventScroll: true });
  });
  return button;
}

/** A file that the server offers; only from this very server. */
function attached({ title, url }) {
  const href = new URL(url, location.origin);
  if (href.origin !== location.origin) return [];
  const shown = texts.download.replace("{title}", title);
  return [element("p", {}, element("a", { href: href.pathname + href.search, download: title }, shown))];
}

function showAnswer(messages) {
  if (!messages.length) return;
  const answer = group("theirs", texts.assistant);
  closeButtons();
  lastOpen = [];
  for (const message of messages) {
    const lang = LANGUAGES.includes(message.language) ? message.language : language;
    const bubble = element("div", { class: "bubble", lang }, ...blocks(message.text));
    if (message.attachment) bubble.append(...attached(message.attachment));
    answer.append(bubble);
    if (message.buttons?.length) {
      const buttons = message.buttons.map(choice);
      open.push(...buttons);
      answer.append(element("div", { class: "choices", role: "group", "aria-label": texts.choose, lang }, ...buttons));
    }
  }
  log.append(answer);
  answer.scrollIntoView({ block: "start" });
}

function toEnd() {
  part("status").scrollIntoView({ block: "end" });
}

/** Something the page itself has to say, in the conversation. */
function notice(text, ...more) {
  const made = element("div", { class: "notice", tabindex: "-1", lang: language }, element("p", {}, text), ...more);
  log.append(made);
  toEnd();
  return made;
}

let statusTimer = 0;

function showStatus(busy) {
  clearTimeout(statusTimer);
  part("status").textContent = "";
  if (!busy) return;
  statusTimer = setTimeout(() => {
    part("status").textContent = texts.on_its_way;
    toEnd();
  }, BEFORE_STATUS);
}

function showTrouble(text) {
  part("trouble").hidden = !text;
  // The same words are not announced again at each attempt.
  if (part("trouble-text").textContent === text) return;
  part("trouble-text").textContent = text;
  if (text) toEnd();
}

// --- Talking with the server ----------------------------------------------------------------------------------------

/** The server did not take a request; `final` when sending the same again cannot help. */
class Refused extends Error {
  constructor(status) {
    super(`status ${status}`);
    this.status = status;
    this.final = status >= 400 && status < 500 && ![401, 408, 425, 429].includes(status);
  }
}

/** Requests that have no answer yet. */
const underWay = new Set();

/** One request; JSON goes in, the response comes out. */
async function ask(method, path, body, token) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), PATIENCE);
  underWay.add(control);
  try {
    const headers = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    const response = await fetch(DOOR + path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal: control.signal,
      credentials: "omit",
      cache: "no-store",
    });
    // Read here, while the timer runs: a connection may break in the middle of an answer.
    return { status: response.status, ok: response.ok, content: await response.blob() };
  } finally {
    clearTimeout(timer);
    underWay.delete(control);
  }
}

const json = async (response) => JSON.parse(await response.content.text());

/** A request in the person's session; a session that the server does not know is replaced by a new one, once. */
async function askInSession(method, path, body) {
  for (let renewed = false; ; renewed = true) {
    let token = readToken();
    if (!token) {
      const made = await ask("POST", "/session", {});
      if (!made.ok) throw new Refused(made.status);
      token = (await json(made)).token;
      keepToken(token, false);
    }
    const response = await ask(method, path, body, token);
    if (response.status === 401 && !renewed) dropToken();
    else if (response.ok) return response;
    else throw new Refused(response.status);
  }
}

/** An id as the server wants it. (`crypto.randomUUID` is missing on pages served without TLS.) */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Messages that have no answer yet, oldest first: `{id, message, shown, language, line}`. */
let queue = [];
let working = false;
let wake = () => {};

function keepUnsent() {
  const shown = queue.filter((entry) => entry.shown);
  if (shown.length) session.setItem(UNSENT, JSON.stringify(shown.map(({ line, ...entry }) => entry)));
  else session.removeItem(UNSENT);
}

/** Put a message in the queue; `shown` is how it stands in the conversation (null: not at all). */
function say(message, shown) {
  closeButtons();
  const entry = { id: newId(), message, shown, language };
  entry.line = shown === null ? null : showMine(shown);
  queue.push(entry);
  keepUnsent();
  work();
  return entry.line;
}

async function work() {
  if (working) return;
  working = true;
  let wait = FIRST_WAIT;
  while (queue.length) {
    const entry = queue[0];
    showStatus(true);
    let answer = null;
    let problem = null;
    try {
      const body = { message: entry.message, message_id: entry.id, language: entry.language };
      if (entry.shown && entry.shown !== entry.message) body.shown = entry.shown;
      answer = await json(await askInSession("POST", "/webhook", body));
      if (!Array.isArray(answer.messages)) throw new Error("this is not an answer");
    } catch (error) {
      problem = error;
    }
    showStatus(false);
    if (queue[0] !== entry) continue; // Everything was deleted meanwhile.
    if (problem && !problem.final) {
      showTrouble(entry.shown ? texts.sending_again : texts.connecting_again);
      await new Promise((resolve) => {
        wake = resolve;
        setTimeout(resolve, wait);
      });
      wait = Math.min(wait * 2, LONGEST_WAIT);
      continue;
    }
    wait = FIRST_WAIT;
    showTrouble("");
    queue.shift();
    keepUnsent();
    if (problem) refused(entry, problem.status);
    else answered(answer);
  }
  working = false;
}

function answered({ messages, remember }) {
  const token = readToken();
  if (token) keepToken(token, remember === true);
  showAnswer(messages);
  // Who asks for English in the conversation gets the page in English as well.
  const spoken = new Set(messages.map((message) => message.language));
  const [first] = spoken;
  if (spoken.size === 1 && first !== language && LANGUAGES.includes(first) && !queue.length) showLanguage(first);
}

/** The server will not have this message: it stays readable, and typed text comes back to be mended. */
function refused(entry, status) {
  const text = status === 413 ? texts.refused_too_long : texts.refused;
  reopenButtons();
  if (!entry.line) {
    notice(text);
    return;
  }
  entry.line.append(element("p", { class: "mark" }, `${texts.not_sent}. ${text}`));
  if (entry.shown === entry.message && !input.value) {
    input.value = entry.message;
    measure();
  }
  toEnd();
}

// --- Writing --------------------------------------------------------------------------------------------------------

/** Fit the field to its text, keep the draft, and count near the limit. */
function measure() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + input.offsetHeight - input.clientHeight}px`;
  if (input.value) session.setItem(DRAFT, input.value);
  else session.removeItem(DRAFT);
  const count = Array.from(input.value.trim()).length;
  const tooLong = count > LONGEST_MESSAGE;
  const figures = (number) => number.toLocaleString(language);
  part("count").textContent =
    count < LONGEST_MESSAGE - COUNT_FROM
      ? ""
      : texts.count.replace("{count}", figures(count)).replace("{limit}", figures(LONGEST_MESSAGE));
  const warning = tooLong ? texts.too_long : "";
  if (part("too-long").textContent !== warning) part("too-long").textContent = warning;
  input.setAttribute("aria-invalid", tooLong);
  return count > 0 && !tooLong;
}

function send() {
  if (part("send").disabled || !measure()) return;
  const text = input.value.trim();
  input.value = "";
  measure();
  say(text, text);
}

part("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
  input.focus();
});
input.addEventListener("input", measure);
input.addEventListener("keydown", (event) => {
  // While a word is being composed (Japanese, accents), Enter belongs to the input method.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  send();
});
part("retry").addEventListener("click", () => {
  wake();
  input.focus();
});
window.addEventListener("online", () => wake());

part("language").addEventListener("click", () => {
  const wanted = otherLanguage();
  const name = texts.other_language;
  showLanguage(wanted);
  say(`/sprog ${wanted}`, name);
});

// --- A person's own data --------------------------------------------------------------------------------------------

part("export").addEventListener("click", async () => {
  const status = part("data-status");
  status.textContent = "";
  try {
    const response = await askInSession("GET", "/me");
    const url = URL.createObjectURL(response.content);
    element("a", { href: url, download: "jobsamtale-data.json" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    status.textContent = texts.export_done;
  } catch {
    status.textContent = texts.export_failed;
  }
});

part("delete").addEventListener("click", () => {
  part("delete-trouble").textContent = "";
  part("delete-dialog").showModal();
});
part("delete-no").addEventListener("click", () => part("delete-dialog").close());
part("delete-yes").addEventListener("click", async () => {
  const button = part("delete-yes");
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  part("delete-trouble").textContent = "";
  // Nothing may reach the server after the deletion: what is under way stops, what waits is put aside.
  const aside = queue;
  queue = [];
  for (const request of underWay) request.abort();
  wake();
  try {
    const token = readToken();
    const response = token ? await ask("DELETE", "/me", null, token) : { ok: true };
    // 401: the server knows nobody by this token, so there is nothing of theirs to delete.
    if (!response.ok && response.status !== 401) throw new Refused(response.status);
    forgetHere();
  } catch {
    queue = aside;
    part("delete-trouble").textContent = texts.delete_failed;
    work();
  }
  button.removeAttribute("aria-disabled");
});

/** Clear the page of everything the person wrote. */
function forgetHere() {
  dropToken();
  session.removeItem(UNSENT);
  open = lastOpen = [];
  input.value = "";
  measure();
  showTrouble("");
  part("data-status").textContent = "";
  part("delete-dialog").close();
  log.replaceChildren();
  const again = element("button", { class: "choice", type: "button" }, texts.begin_again);
  again.addEventListener("click", () => {
    log.replaceChildren();
    say("/start", null);
    input.focus();
  });
  notice(texts.deleted, again).focus();
}

// --- Beginning ------------------------------------------------------------------------------------------------------

async function begin() {
  const query = new URLSearchParams(location.search);
  const wanted = [query.get("lang"), session.getItem(LANGUAGE)].find((one) => LANGUAGES.includes(one)) ?? "da";
  for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      await Promise.all(LANGUAGES.map(loadTexts));
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  input.value = input.value || session.getItem(DRAFT) || "";
  showLanguage(wanted);
  part("not-ready").remove();
  part("about").open = window.matchMedia("(min-width: 64rem)").matches;
  for (const id of ["language", "send", "export", "delete"]) part(id).disabled = false;
  const unsent = JSON.parse(session.getItem(UNSENT) ?? "[]");
  const start = query.get("start");
  // Messages that were left unanswered when the page was closed go on where they stopped, without a new welcome.
  if (!unsent.length || !readToken()) say(START.test(start ?? "") ? `/start ${start}` : "/start", null);
  for (const entry of unsent) queue.push({ ...entry, line: showMine(entry.shown) });
  work();
}

begin();
