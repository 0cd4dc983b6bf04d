// <kept-lessons>: on the page for when there is no network, the lessons that are on this phone.

import { askHouse } from "./queue.js";
import { keptLessons } from "./shelf.js";

class KeptLessons extends HTMLElement {
  async connectedCallback() {
    const lessons = Object.values(await keptLessons());
    const list = this.querySelector("ul");
    for (const { title, page } of lessons) {
      const link = Object.assign(document.createElement("a"), { href: page, textContent: title });
      const heading = document.createElement("h2");
      heading.className = "lead";
      heading.append(link);
      const item = document.createElement("li");
      item.append(heading);
      list.append(item);
    }
    this.querySelector("[data-part=some]").hidden = !lessons.length;
    this.querySelector("[data-part=none]").hidden = lessons.length > 0;
  }
}

customElements.define("kept-lessons", KeptLessons);
addEventListener("online", async () => { if (await askHouse()) location.reload(); }); // a network may lead nowhere
