// Every page works without this script.
(() => {
  "use strict";

  // An untouched sign-up form gets the browser's time zone.
  for (const select of document.querySelectorAll("select[data-guess-zone]")) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!zone) continue;
    let option = [...select.options].find((o) => o.value === zone);
    if (!option) {
      option = new Option(zone.replaceAll("_", " "), zone);
      select.add(option, 0);
    }
    option.selected = true;
    const shown = document.querySelector("[data-zone-shown]");
    if (shown) shown.textContent = option.text;
  }

  // Focus the first invalid field, so that screen readers announce it.
  document.querySelector("[aria-invalid=true]")?.focus();

  // Ticking a box selects "Only these".
  for (const box of document.querySelectorAll(".these input[type=checkbox]")) {
    box.addEventListener("change", () => {
      if (box.checked) box.closest(".choice").querySelector("#choice-these").checked = true;
    });
  }

  // The counts of editions are updated while emails are sent.
  for (const table of document.querySelectorAll("table[data-progress]")) {
    const events = new EventSource(table.dataset.progress);
    events.onmessage = (event) => {
      for (const edition of JSON.parse(event.data)) {
        const row = table.querySelector(`[data-edition="${Number(edition.id)}"]`);
        for (const cell of row ? row.querySelectorAll("[data-count]") : []) {
          cell.textContent = Number(edition[cell.dataset.count]).toLocaleString("en");
        }
      }
    };
  }

  // Addresses to copy: a click selects the address, the button copies it.
  for (const field of document.querySelectorAll("input[data-copy]")) {
    field.addEventListener("focus", () => field.select());
    if (!navigator.clipboard) continue; // available on secure pages only
    const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: "Copy" });
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    const line = Object.assign(document.createElement("div"), { className: "copy" });
    field.replaceWith(line);
    line.append(field, button);
  }
})();
