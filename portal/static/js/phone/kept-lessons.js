// <kept-lessons>: on the page for when there is no network, the lessons that are on this phone.

import { askHouse } from "./queue.js";
import { keptLessons } from "./shelf.js";

class KeptLessons extends HTMLElement {
  async connectedCallback() {
    const lessons = Object.values(await keptLessons());
    const inKit = (lesson) => lesson.place !== undefined;
    const kit = lessons.filter(inKit).sort((one, other) => one.place - other.place);
    const others = lessons.filter((lesson) => !inKit(lesson));
    for (const { title, plays, words } of kit) this.add("kit", title, plays, words);
    for (const { title, page } of others) this.add("some", title, page);
    this.show("kit", kit.length);
    this.show("some", others.length);
    this.show("none", !lessons.length);
  }

  add(part, title, href, words = "") {
    const link = Object.assign(document.createElement("a"), { href, textContent: title });
    const heading = document.createElement(part === "kit" ? "h3" : "h2");
    heading.className = "lead";
    heading.append(link);
    const item = document.createElement("li");
    item.append(heading);
    if (words) item.append(Object.assign(document.createElement("p"), { className: "soft", textContent: words }));
    this.querySelector(`[data-part=${part}] ul`).append(item);
  }

  show(part, isThere) {
    this.querySelector(`[data-part=${part}]`).hidden = !isThere;
  }
}

customElements.define("kept-lessons", KeptLessons);
addEventListener("online", async () => { if (await askHouse()) location.reload(); }); // a network may lead nowhere
