// Looks at the page it is run in. What it returns are sentences.
globalThis.eyes = (() => {
  // named says which element is meant: its tag, what tells it from others, its words.
  const named = e => {
    const attribute = ["id", "name", "href", "class"].find(a => e.getAttribute(a));
    const value = e.getAttribute(attribute);
    const mark = !attribute ? "" : attribute === "id" ? "#" + value : `[${attribute}="${value}"]`;
    const words = (e.getAttribute("aria-label") ?? e.innerText ?? "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${e.localName}${mark}>` + (words && ` “${words}”`);
  };

  const violations = async () => {
    const found = await axe.run(document, {
      elementRef: true,
      resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return found.violations.flatMap(v => v.nodes.map(n => `${named(n.element)}: ${v.help} (axe: ${v.id})`));
  };

  // overflow names what reaches furthest, but for what may be scrolled by itself.
  const overflow = () => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const right = e => e.getBoundingClientRect().right;
    const widest = [...document.body.querySelectorAll("*")]
      .filter(e => !e.parentElement.closest(".v-scroll"))
      .reduce((a, b) => (right(b) >= right(a) ? b : a), document.body);
    return [`${named(widest)} makes the page ${scrollWidth} px wide on a screen of ${clientWidth} px`];
  };

  // ring is what an element shows around itself, or nothing.
  const ring = e => {
    const s = getComputedStyle(e);
    const unseen = s.outlineStyle === "none" || parseFloat(s.outlineWidth) === 0 || /^rgba\(.* 0\)$/.test(s.outlineColor);
    const shadow = s.boxShadow === "none" ? "" : s.boxShadow;
    return (unseen ? "" : `${s.outlineStyle} ${s.outlineWidth} ${s.outlineColor} `) + shadow;
  };

  // outside says whether what would fit in a length is not within it.
  const outside = (from, to, length) => (to - from <= length ? from < -1 || to > length + 1 : to <= 0 || from >= length);

  const faultsOf = e => {
    const box = [...e.getClientRects()].find(b => b.width > 0 && b.height > 0);
    if (!box) return [`${named(e)} has the focus and no size`];
    const width = document.documentElement.clientWidth, height = innerHeight;
    const faults = [];
    if (outside(box.left, box.right, width) || outside(box.top, box.bottom, height)) {
      faults.push(`${named(e)} has the focus and is outside the screen`);
    } else {
      const middle = (from, to, length) => (Math.max(from, 0) + Math.min(to, length)) / 2;
      const seen = document.elementFromPoint(middle(box.left, box.right, width), middle(box.top, box.bottom, height));
      if (seen && !e.contains(seen) && !seen.contains(e)) faults.push(`${named(e)} has the focus and is covered by ${named(seen)}`);
    }
    if (!ring(e) || ring(e) === without.get(e)) faults.push(`${named(e)} has the focus and does not show it`);
    return faults;
  };

  // finish lets what changes slowly be as it will be.
  const finish = () => document.getAnimations().filter(a => a instanceof CSSTransition).forEach(a => a.finish());

  let without, met, last, left, stayed, first; // without: the ring of each element without the focus
  const begin = () => {
    first = document.activeElement;
    first?.blur();
    finish();
    without = new Map([...document.querySelectorAll("*")].map(e => [e, ring(e)]));
    [met, last, left, stayed] = [new Set(), null, 0, 0];
    return true;
  };

  // end gives the focus back to what had it.
  const end = (...faults) => {
    document.activeElement?.blur();
    first?.focus();
    scrollTo(0, 0);
    return { last: true, faults };
  };

  // stop looks at where the key Tab has led. The way ends where it was before; between
  // its two ends the page is left once. Some fields have several stops, such as a date's.
  const stop = async () => {
    await new Promise(requestAnimationFrame);
    finish();
    const e = document.activeElement ?? document.body;
    const same = e === last;
    last = e;
    if (e === document.body) return ++left > 1 ? end() : { faults: [] };
    if (same) return ++stayed > 20 ? end(`${named(e)} keeps the focus whatever one does`) : { faults: [] };
    stayed = 0;
    if (met.has(e)) return end();
    met.add(e);
    return { faults: faultsOf(e) };
  };

  return { violations, overflow, begin, stop };
})();
