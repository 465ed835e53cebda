"use strict";
/* Pages with buttons, and notices that stay; texts from outside go into them as text, never as HTML. */
const Pages = (() => {
  const escaped = (text) =>
    String(text).replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c]);

  const element = (tag, text, values = {}) => Object.assign(document.createElement(tag), { textContent: text ?? "", ...values });

  const button = (label, onclick) => element("button", label, { className: "jspsych-btn", onclick });

  /* Shows a page of elements above everything else, a button for each label below the first two; which was pressed. */
  const ask = ([heading, text, ...more], labels) =>
    new Promise((resume) => {
      const main = element("main", "", { className: "before" });
      const buttons = labels.map((label, at) =>
        button(label, () => {
          main.remove();
          resume(at);
        }),
      );
      main.append(element("h1", heading), element("p", text), ...buttons, ...more);
      document.body.prepend(main);
    });

  /* A line at the bottom of every page from now on; the picture of a trial lies above it. */
  const notice = (text) => {
    let notices = document.querySelector(".notices");
    if (!notices) {
      notices = element("div", "", { className: "notices" });
      document.documentElement.append(notices);
    }
    if (![...notices.children].some((line) => line.textContent === text)) notices.append(element("p", text));
  };

  return { escaped, element, button, ask, notice };
})();
