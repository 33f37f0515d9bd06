/** What tests ask of a page from within it: how well its text is read, and in which order. */

function textsOf(page) {
  const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) found.push(node);
  return found.filter(({ nodeValue, parentElement }) => {
    return nodeValue.trim() !== '' && !['SCRIPT', 'STYLE'].includes(parentElement.tagName);
  });
}

/** Each text whose contrast with what is painted behind it is below 4.5 (WCAG 2.2, 1.4.3). */
globalThis.faintTexts = () => {
  const parse = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [red, green, blue] = color.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3) return color;
    }
    return [255, 255, 255];
  };
  return textsOf(document.body).flatMap(({ nodeValue, parentElement }) => {
    const one = luminance(parse(getComputedStyle(parentElement).color));
    const other = luminance(behind(parentElement));
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    return contrast < 4.5 ? [`${nodeValue.trim()}: ${contrast.toFixed(2)}`] : [];
  });
};

/** Of each wanted text that is on the page, whether all its characters are painted from left to right. */
globalThis.paintedLeftToRight = (wanted) => {
  const found = {};
  for (const node of textsOf(document.body)) {
    for (const text of wanted) {
      const start = node.nodeValue.indexOf(text);
      if (start < 0) continue;
      const lefts = [...text].map((_, index) => {
        const range = document.createRange();
        range.setStart(node, start + index);
        range.setEnd(node, start + index + 1);
        return range.getBoundingClientRect().left;
      });
      const isOrdered = lefts.every((left, index) => index === 0 || left > lefts[index - 1]);
      found[text] = (found[text] ?? true) && isOrdered;
    }
  }
  return found;
};

/** What does not stand still where somebody wants it to: what changes or goes on for longer than a blink. */
globalThis.whatMoves = () => {
  const longest = (durations) =>
    Math.max(
      ...durations.split(',').map((text) => Number.parseFloat(text) * (text.endsWith('ms') ? 1 : 1_000)),
    );
  const moves = (style) =>
    longest(style.transitionDuration) > 1 ||
    (style.animationName !== 'none' && longest(style.animationDuration) > 1);
  return [...document.querySelectorAll('*')]
    .filter((one) => ['', '::before', '::after'].some((part) => moves(getComputedStyle(one, part || null))))
    .map((one) => `${one.tagName.toLowerCase()} ${one.className}`);
};
