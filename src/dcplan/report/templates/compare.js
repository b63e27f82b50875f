"use strict";
(() => {
  const one = (query, from = document) => from.querySelector(query);
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  const data = JSON.parse(one("#data").textContent);
  const maps = all(".map"), tip = one("#tip"), slider = one("#year"), shade = one("#shade");
  document.documentElement.classList.add("js");

  // Words for the tip; without this script the browser shows the titles itself.
  for (const title of all(".map title")) {
    title.parentNode.dataset.tip = title.textContent;
    title.remove();
  }

  let now = data.start;
  const measure = () => (shade ? Number(shade.value) : 0);
  const zones = maps.map((map) => all(".zone", map));

  const paint = () => {
    zones.forEach((found, n) => found.forEach((zone, z) => {
      const bin = data.maps[n].measures[measure()].bins[z][now];
      zone.setAttribute("class", `zone ${bin === null ? "unknown" : `b${bin}`}`);
    }));
    for (const part of all("[data-shade]")) part.classList.toggle("off", Number(part.dataset.shade) !== measure());
  };

  const setYear = (year) => {
    now = year;
    for (const part of all("[data-year]")) part.classList.toggle("off", Number(part.dataset.year) !== now);
    if (slider) {
      slider.value = now;
      slider.setAttribute("aria-valuetext", data.years[now]);
      one("#now").textContent = data.years[now];
    }
    paint();
    maps.forEach(name);
  };

  // Rings, signs and names keep their size on the screen; names are placed again, the largest first.
  const name = (map) => {
    const { x: west, y: north, width, height } = map.viewBox.baseVal, screen = map.getBoundingClientRect().width;
    if (!screen) return;
    const unit = width / screen, g = unit * (screen < 500 ? 0.6 : 0.75), size = 12 * unit * (screen < 500 ? 0.9 : 1);
    map.style.setProperty("--g", g);
    map.style.setProperty("--px", size / 12);
    const layer = one(".year:not(.off)", map), px = size / 12;
    const clash = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    const spot = (part) => {
      const { e, f } = part.transform.baseVal.getItem(0).matrix;
      return [e, f];
    };
    const box = (x, y, r) => [x - r, y - r, x + r, y + r];
    const pins = all(".pin", layer).map((pin) => {
      const [x, y] = spot(pin), r = pin.dataset.r * g;
      return { pin, x, y, r, box: box(x, y, r) };
    });
    const corner = [west, north + height - 30 * px, west + width / 5, north + height];
    const taken = [corner, ...all(".tag", layer).map((tag) => {
      const [x, y] = spot(tag), off = tag.matches("a") ? g : 0;
      return box(x + 10 * off, y - 12 * off, 8 * px);
    })];
    const homes = all(".names > g", layer);
    pins.forEach(({ pin, x, y, r, box: own }, n) => {
      let text = one("text", homes[n]);
      if (!text) {
        text = homes[n].appendChild(document.createElementNS(map.namespaceURI, "text"));
        text.setAttribute("class", "label");
        text.textContent = pin.dataset.name;
      }
      text.style.display = "";
      const long = text.getComputedTextLength() + 2 * px, side = r + 4 * px;
      const found = [
        [side, size * 0.35, "start"], [-side, size * 0.35, "end"],
        [0, -side - size * 0.25, "middle"], [0, side + size * 0.85, "middle"],
        [0, side + size * 1.85, "middle"],
      ].find(([dx, dy, anchor]) => {
        const left = x + dx - { start: 0, middle: long / 2, end: long }[anchor];
        const at = [left, y + dy - size * 0.85, left + long, y + dy + size * 0.3];
        const inside = at[0] > west && at[1] > north && at[2] < west + width && at[3] < north + height;
        if (!inside || taken.some((b) => clash(at, b)) || pins.some((p) => p.box !== own && clash(at, p.box))) return false;
        taken.push(at);
        return true;
      });
      if (!found) { text.style.display = "none"; return; }
      text.setAttribute("x", found[0]);
      text.setAttribute("y", found[1]);
      text.setAttribute("text-anchor", found[2]);
    });
    rule(map, px);
  };

  const rule = (map, px) => {
    const { x, y, width, height } = map.viewBox.baseVal, bar = one(".scale", map);
    const most = (data.kmPerUnit * width) / 5, power = 10 ** Math.floor(Math.log10(most));
    const km = [5, 2, 1].find((n) => n * power <= most) * power;
    bar.setAttribute("transform", `translate(${x + 8 * px} ${y + height - 10 * px})`);
    one("path", bar).setAttribute("d", `M0 ${-5 * px}V0H${km / data.kmPerUnit}V${-5 * px}`);
    one("text", bar).textContent = `${Number(km.toPrecision(2)).toLocaleString("en-US")} km`;
    one("text", bar).setAttribute("y", -9 * px);
  };

  // All maps show the same part: the whole frame, or that where the plans have sites.
  const near = one("#near"), whole = maps[0].getAttribute("viewBox");
  const view = (close) => {
    near.setAttribute("aria-pressed", close);
    for (const map of maps) map.setAttribute("viewBox", close ? data.near.join(" ") : whole);
    maps.forEach(name);
  };

  const hide = () => { tip.hidden = true; };
  const tell = (words, x, y) => {
    tip.textContent = words;
    tip.hidden = false;
    const { width: w, height: h } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(6, Math.min(innerWidth - w - 6, x + 14))}px`;
    tip.style.top = `${y + h + 24 > innerHeight ? y - h - 12 : y + 16}px`;
  };
  const words = (part, n) => {
    const place = part.closest("[data-tip]");
    if (place) return place.dataset.tip;
    const zone = part.closest(".zone"), z = zone ? Number(zone.dataset.zone) : -1, told = data.maps[n];
    return zone && `${told.zones[z]}\n${told.measures.map((m) => `${m.title}: ${m.words[z][now]}`).join("\n")}`;
  };
  maps.forEach((map, n) => {
    map.addEventListener("pointermove", (event) => {
      const told = words(event.target, n);
      told ? tell(told, event.clientX, event.clientY) : hide();
    });
    map.addEventListener("pointerleave", hide);
    new ResizeObserver(() => name(map)).observe(map);
  });
  // On the document: with these on it, Chromium makes the map itself a stop of the Tab key.
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches("a.tag:focus-visible")) return;
    const at = event.target.getBoundingClientRect();
    tell(event.target.dataset.tip, at.right, at.bottom);
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

  // What must be scrolled must be reached by keyboard too.
  const reach = () => {
    for (const part of all(".scroller")) {
      if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
      else part.removeAttribute("tabindex");
    }
  };
  addEventListener("resize", reach);
  reach();
  if (slider) slider.oninput = () => setYear(Number(slider.value));
  if (shade) shade.onchange = paint;
  document.fonts?.ready.then(() => maps.forEach(name));
  setYear(now);
  if (data.near) {
    near.hidden = false;
    near.onclick = () => view(near.getAttribute("aria-pressed") !== "true");
    view(true);
  }
})();
