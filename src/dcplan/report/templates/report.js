(() => {
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  const make = (tag, words, settings = {}) => Object.assign(document.createElement(tag), { textContent: words }, settings);
  const value = (cell) => cell.dataset.v ?? cell.textContent;

  // The map takes links to sites for itself; all others are the browser's.
  for (const link of all("a[href^='#part-']")) link.addEventListener("click", (event) => event.stopPropagation());

  // A spreadsheet takes text with such a start for a formula; numbers keep their sign.
  const safe = (text, number) => (!number && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
  const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const csv = (table) => {
    const numeric = all("thead th", table).map((head) => head.classList.contains("n"));
    const line = (cells) => cells.map((text, n) => field(safe(text, numeric[n] && text !== "" && Number.isFinite(Number(text))))).join(",");
    const heads = all("thead th", table).map((head) => head.textContent.replaceAll("\u00a0", " "));
    return `\ufeff${[heads, ...all("tbody tr, tfoot tr", table).filter((row) => !row.hidden).map((row) => [...row.cells].map(value))].map(line).join("\r\n")}\r\n`;
  };
  const download = (table) => {
    const address = URL.createObjectURL(new Blob([csv(table)], { type: "text/csv" }));
    make("a", "", { href: address, download: `${table.dataset.file}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };

  const order = (table, head) => {
    const n = head.cellIndex, up = head.getAttribute("aria-sort") === (head.classList.contains("n") ? "descending" : "none") || !head.hasAttribute("aria-sort") && !head.classList.contains("n");
    const numeric = head.classList.contains("n"), body = table.tBodies[0];
    for (const other of all("thead th", table)) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = (row) => { const text = value(row.cells[n]); return numeric ? (text === "" ? NaN : Number(text)) : text; };
    const compare = (a, b) => {
      const [x, y] = [key(a), key(b)];
      if (numeric) return Number.isNaN(x) || Number.isNaN(y) ? Number.isNaN(x) - Number.isNaN(y) : up ? x - y : y - x;
      return (up ? 1 : -1) * x.localeCompare(y, "en", { numeric: true });
    };
    body.append(...[...body.rows].sort(compare));
  };

  for (const table of all("table[data-file]")) {
    for (const head of all("thead th", table)) {
      const button = make("button", head.textContent, { type: "button" });
      button.onclick = () => order(table, head);
      head.replaceChildren(button);
    }
    const tools = make("div", "", { className: "tools" }), rows = [...table.tBodies[0].rows];
    const name = table.caption.textContent;
    if (rows.length > 7) {
      const find = make("input", "", { type: "search", placeholder: "Filter rows" });
      const told = make("span", `${rows.length} rows`);
      find.setAttribute("aria-label", `Filter rows: ${name}`);
      told.setAttribute("role", "status");
      find.oninput = () => {
        const wanted = find.value.toLowerCase().split(/\s+/).filter(Boolean);
        let shown = 0;
        for (const row of rows) {
          const text = row.textContent.toLowerCase();
          row.hidden = !wanted.every((word) => text.includes(word));
          shown += !row.hidden;
        }
        told.textContent = shown === rows.length ? `${shown} rows` : `${shown} of ${rows.length} rows`;
      };
      tools.append(find, told);
    }
    const save = make("button", "CSV", { type: "button" });
    save.setAttribute("aria-label", `Download as CSV: ${name}`);
    save.onclick = () => download(table);
    tools.append(save);
    table.closest(".grid").prepend(tools);
  }

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const part of closed) part.open = true;
  });
  addEventListener("afterprint", () => { for (const part of closed) part.open = false; });
})();
