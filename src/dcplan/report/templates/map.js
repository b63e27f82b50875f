"use strict";
(() => {
  const one = (query, from = document) => from.querySelector(query);
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  const data = JSON.parse(one("#data").textContent);
  const root = document.documentElement, map = one("#map"), tip = one("#tip");
  const slider = one("#year"), shade = one("#shade"), play = one("#play");
  const zones = all(".zone", map), years = all(".year", map);
  const [width, height] = [map.viewBox.baseVal.width, map.viewBox.baseVal.height];
  const narrow = matchMedia("(max-width: 600px)");
  root.classList.add("js");

  // Words for the tip; without this script the browser shows the titles itself.
  for (const title of all("title", map)) {
    title.parentNode.dataset.tip = title.textContent;
    title.remove();
  }

  let now = data.years.length - 1, view = { x: 0, y: 0, w: width }, home = { ...view }, opener = null;
  const ratio = () => (narrow.matches ? Math.max(1, height / width) : height / width);
  const measure = () => (shade ? Number(shade.value) : 0);

  const setYear = (year) => {
    const held = document.activeElement.closest?.(".pin")?.dataset.site;
    now = year;
    for (const part of all("[data-year]")) part.classList.toggle("off", Number(part.dataset.year) !== now);
    if (slider) {
      slider.value = now;
      slider.setAttribute("aria-valuetext", data.years[now]);
      one("#now").textContent = data.years[now];
    }
    if (held) one(`.pin[data-site="${held}"]`, years[now])?.focus();
    paint();
    name();
  };

  const paint = () => {
    zones.forEach((zone, n) => {
      const bin = data.measures[measure()].bins[n][now];
      zone.setAttribute("class", `zone ${bin === null ? "unknown" : `b${bin}`}`);
    });
    for (const part of all("[data-shade]")) part.classList.toggle("off", Number(part.dataset.shade) !== measure());
  };

  const spot = (pin) => {
    const { e: x, f: y } = pin.transform.baseVal.getItem(0).matrix;
    return { x, y };
  };
  // Points along a link, close enough that no letter fits between two.
  const curves = years.map((layer) => all(".core", layer).map((path) => path.getAttribute("d").match(/-?[\d.]+/g).map(Number)));
  const beads = ([ax, ay, cx, cy, bx, by], px) => {
    const count = Math.ceil((Math.hypot(cx - ax, cy - ay) + Math.hypot(bx - cx, by - cy)) / (5 * px)) || 1;
    return Array.from({ length: count + 1 }, (_, n) => {
      const t = n / count, [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
      const [x, y] = [a * ax + b * cx + c * bx, a * ay + b * cy + c * by];
      return [x - 3 * px, y - 3 * px, x + 3 * px, y + 3 * px];
    });
  };

  // Rings and names keep their size on the screen; names are placed again, the largest site first.
  const name = () => {
    const screen = map.getBoundingClientRect().width || width, unit = view.w / screen;
    const g = unit * Math.min(1, Math.max(0.6, screen / width));
    const size = 12 * unit * (screen < 600 ? 0.92 : 1), px = size / 12;
    map.style.setProperty("--g", g);
    map.style.setProperty("--px", px);
    const bottom = view.y + view.w * ratio(), right = view.x + view.w;
    const layer = years[now], taken = curves[now].flatMap((curve) => beads(curve, px));
    // The rule of distances has its corner.
    taken.push([view.x, bottom - 30 * px, view.x + view.w / 5, bottom]);
    const pins = all(".pin", layer).map((pin) => {
      const { x, y } = spot(pin), r = pin.dataset.r * g, halo = r + 2 * g;
      return { pin, x, y, r, box: [x - halo, y - halo, x + halo, y + halo] };
    });
    const clash = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    for (const { pin, x, y, r, box } of pins) {
      const home = one(`.names [data-site="${pin.dataset.site}"]`, layer);
      let text = one("text", home);
      if (!text) {
        text = home.appendChild(document.createElementNS(map.namespaceURI, "text"));
        text.setAttribute("class", "label");
        text.textContent = pin.dataset.name;
      }
      text.style.display = "";
      const long = text.getComputedTextLength() + 2 * px, side = r + 4 * px, lean = side * 0.75;
      const places = [
        [side, size * 0.35, "start"], [-side, size * 0.35, "end"],
        [0, -side - size * 0.25, "middle"], [0, side + size * 0.85, "middle"],
        [lean, -lean, "start"], [lean, lean + size * 0.7, "start"],
        [-lean, -lean, "end"], [-lean, lean + size * 0.7, "end"],
        [-r, side + size * 0.85, "start"], [r, side + size * 0.85, "end"],
        [-r, -side - size * 0.25, "start"], [r, -side - size * 0.25, "end"],
        [0, -side - size * 1.4, "middle"], [0, side + size * 2, "middle"],
      ];
      const seen = x > view.x && x < right && y > view.y && y < bottom;
      const found = seen && places.find(([dx, dy, anchor]) => {
        const left = x + dx - { start: 0, middle: long / 2, end: long }[anchor];
        const at = [left, y + dy - size * 0.85, left + long, y + dy + size * 0.3];
        const inside = at[0] > view.x && at[1] > view.y && at[2] < right && at[3] < bottom;
        if (!inside || taken.some((b) => clash(at, b)) || pins.some((p) => p.box !== box && clash(at, p.box))) return false;
        taken.push(at);
        return true;
      });
      if (!found) { text.style.display = "none"; continue; }
      text.setAttribute("x", found[0]);
      text.setAttribute("y", found[1]);
      text.setAttribute("text-anchor", found[2]);
    }
    rule(px, bottom);
  };

  const rule = (px, bottom) => {
    const most = (data.kmPerUnit * view.w) / 6, power = 10 ** Math.floor(Math.log10(most));
    const km = [5, 2, 1].find((n) => n * power <= most) * power, bar = one("#scale");
    bar.setAttribute("transform", `translate(${view.x + 8 * px} ${bottom - 10 * px})`);
    one("path", bar).setAttribute("d", `M0 ${-5 * px}V0H${km / data.kmPerUnit}V${-5 * px}`);
    one("text", bar).textContent = `${Number(km.toPrecision(2)).toLocaleString("en-US")} km`;
    one("text", bar).setAttribute("y", -9 * px);
  };

  const look = (x, y, w) => {
    view.w = Math.min(width, Math.max(width / 16, w));
    const high = view.w * ratio();
    view.x = Math.min(width - view.w, Math.max(0, x));
    view.y = high > height ? (height - high) / 2 : Math.min(height - high, Math.max(0, y));
    map.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${high}`);
    map.classList.toggle("near", moved());
    name();
  };
  const moved = () => view.w < width && ["x", "y", "w"].some((part) => Math.abs(view[part] - home[part]) > 1e-6);
  // A narrow screen starts with the part of the map that the plan is in, names at its sides and all.
  const start = () => {
    const spots = all(".pin", map).map(spot), [xs, ys] = [spots.map((s) => s.x), spots.map((s) => s.y)];
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    const [wide, high] = [Math.max(...xs) - left, Math.max(...ys) - top];
    const w = narrow.matches && spots.length ? Math.min(width, Math.max(width / 4, 2.4 * wide, (1.5 * high) / ratio())) : width;
    home = { x: 0, y: 0, w };
    if (w < width) look(left + wide / 2 - w / 2, top + high / 2 - (w * ratio()) / 2, w);
    else look(0, 0, width);
    home = { ...view };
    map.classList.remove("near");
  };
  const zoom = (factor, fx = 0.5, fy = 0.5) => {
    const w = Math.min(width, Math.max(width / 16, view.w * factor));
    look(view.x + (view.w - w) * fx, view.y + (view.w - w) * ratio() * fy, w);
  };
  one("#in").onclick = () => zoom(0.6);
  one("#out").onclick = () => zoom(1 / 0.6);
  one("#whole").onclick = () => look(home.x, home.y, home.w);
  map.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const at = map.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 0.8 : 1.25, (event.clientX - at.left) / at.width, (event.clientY - at.top) / at.height);
  }, { passive: false });

  let drag = null, dragged = false;
  map.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (moved()) drag = { px: event.clientX, py: event.clientY, x: view.x, y: view.y };
  });
  addEventListener("pointermove", (event) => {
    if (!drag) return;
    const unit = view.w / map.getBoundingClientRect().width;
    const [dx, dy] = [event.clientX - drag.px, event.clientY - drag.py];
    if (!dragged && Math.hypot(dx, dy) < 5) return;
    dragged = true;
    map.classList.add("moving");
    look(drag.x - dx * unit, drag.y - dy * unit, view.w);
  });
  for (const end of ["pointerup", "pointercancel"])
    addEventListener(end, () => { drag = null; map.classList.remove("moving"); });

  const choose = (number) => {
    for (const card of all(".card")) card.classList.toggle("on", card.id === `site-${number}`);
    one("#sites").classList.toggle("off", number !== null);
    for (const part of all(".pin, tr[data-site]")) part.classList.toggle("chosen", part.dataset.site === String(number));
    const card = number === null ? null : one(`#site-${number}`);
    if (card) {
      one(".scroll").scrollTop = 0;
      one("h2", card).focus({ preventScroll: innerWidth > 1000 });
    } else if (opener) {
      opener.isConnected && opener.getClientRects().length ? opener.focus({ preventScroll: true }) : one("#sites a")?.focus();
      opener = null;
    }
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    event.preventDefault();
    if (dragged) { dragged = false; return; }
    hide();
    const number = link.getAttribute("href").match(/^#site-(\d+)$/)?.[1] ?? null;
    if (number !== null) opener = link;
    choose(number);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (!tip.hidden) hide();
    if (one(".card.on")) choose(null);
  });

  const hide = () => { tip.hidden = true; };
  const tell = (words, x, y) => {
    tip.textContent = words;
    tip.hidden = false;
    const { width: w, height: h } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(6, Math.min(innerWidth - w - 6, x + 14))}px`;
    tip.style.top = `${y + h + 24 > innerHeight ? y - h - 12 : y + 16}px`;
  };
  const words = (part) => {
    const place = part.closest("[data-tip]");
    if (place) return place.dataset.tip;
    const zone = part.closest(".zone"), n = zone ? Number(zone.dataset.zone) : -1;
    return zone && `${data.zones[n]}\n${data.measures.map((m) => `${m.title}: ${m.words[n][now]}`).join("\n")}`;
  };
  map.addEventListener("pointermove", (event) => {
    const told = drag ? null : words(event.target);
    told ? tell(told, event.clientX, event.clientY) : hide();
  });
  map.addEventListener("pointerleave", hide);
  // On the document: with these on it, Chromium makes the map itself a stop of the Tab key.
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches(".pin:focus-visible")) return;
    const at = event.target.getBoundingClientRect(), told = words(event.target);
    if (told) tell(told, at.right, at.bottom);
  });
  document.addEventListener("focusout", hide);

  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶";
    play.setAttribute("aria-label", "Play the build-out");
  };
  if (slider) {
    slider.oninput = () => { root.classList.add("played"); stop(); setYear(Number(slider.value)); };
    play.onclick = () => {
      if (timer) { stop(); return; }
      root.classList.add("played");
      play.textContent = "❚❚";
      play.setAttribute("aria-label", "Pause");
      setYear(now === data.years.length - 1 ? 0 : now + 1);
      timer = setInterval(() => {
        if (now < data.years.length - 1) setYear(now + 1);
        if (now === data.years.length - 1) stop();
      }, 1500);
    };
  }
  if (shade) shade.onchange = paint;
  new ResizeObserver(name).observe(map);
  narrow.onchange = start;
  document.fonts?.ready.then(name);
  start();
  setYear(now);
  const asked = location.hash.match(/^#site-(\d+)$/)?.[1];
  if (asked && one(`#site-${asked}`)) choose(asked);
})();
