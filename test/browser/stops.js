/** Where the keyboard gets to on a page: what it should reach, what has it now, and whether one sees that. */

const selector = [
  ...['a[href]', 'button', 'input', 'select', 'textarea', 'summary', '[tabindex]'],
  ...['[role=button]', '[role=tab]', '[role=menuitem]', '[role=checkbox]', '[contenteditable=true]'],
].join();
/** Within them arrow keys lead from one to the next. */
const groups = '[role=grid], [role=tablist], [role=menu], [role=toolbar], [role=listbox], [role=radiogroup]';

const nameOf = (element) => {
  const text = element.getAttribute('aria-label') ?? element.textContent.trim() ?? '';
  const more = text === '' ? element.id || element.className || element.title : text;
  return `${element.tagName.toLowerCase()} "${String(more).slice(0, 60)}"`;
};

/** What one sees of an element and of what is around it, as far as a focus may show. */
const looks = (element) => {
  const around = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
  return around
    .flatMap((one) => ['', '::before', '::after'].map((part) => getComputedStyle(one, part || null)))
    .map((style) => {
      const outline = style.outlineStyle === 'none' ? '' : `${style.outlineWidth} ${style.outlineColor}`;
      const edges = ['Top', 'Bottom', 'Left', 'Right'].map(
        (side) =>
          `${style[`border${side}Style`]} ${style[`border${side}Width`]} ${style[`border${side}Color`]}`,
      );
      return [outline, style.boxShadow, ...edges, style.transform, style.opacity].join();
    })
    .join('|');
};

const isStop = (element) =>
  !element.disabled &&
  !element.hasAttribute('data-tabster-dummy') &&
  element.closest('[inert], [aria-hidden=true], fieldset:disabled') === null &&
  element.checkVisibility({ visibilityProperty: true }) &&
  element.getClientRects().length > 0;

let stops;
let seen;
let last;

/** Remembers what there is to be reached, and how it looks without the focus. */
globalThis.rememberStops = () => {
  document.activeElement?.blur();
  seen = new Set();
  stops = new Map([...document.querySelectorAll(selector)].filter(isStop).map((one) => [one, looks(one)]));
};

/** What has the focus now: null at the page's end. */
globalThis.stopNow = () => {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  if (element.hasAttribute('data-tabster-dummy')) return { name: 'dummy', isNew: true };
  // Within a date, the Tab key leads from the day to the month.
  const isNew =
    !seen.has(element) || (element === last && element.matches('[type=date], [type=datetime-local]'));
  last = element;
  seen.add(element);
  const name = nameOf(element);
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const isInSight = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  const before = stops.get(element);
  if (!isInSight) return { name, isNew, fault: `${name} has the focus out of sight` };
  if (before !== undefined && before === looks(element))
    return { name, isNew, fault: `${name} does not show its focus` };
  return { name, isNew };
};

/** What is still to be reached, and of it what arrow keys should reach: by the group in which something was. */
globalThis.notReached = () =>
  [...stops.keys()].filter(
    (one) =>
      one.isConnected &&
      isStop(one) &&
      !seen.has(one) &&
      // A heading or a panel to which a link within the page leads, and what holds a group together.
      !(one.tabIndex < 0 && one.closest(groups) === null) &&
      !(one.tabIndex < 0 && one.matches(groups)) &&
      !one.closest(groups)?.isLong,
  );
globalThis.namesNotReached = () => globalThis.notReached().map(nameOf);

/** Puts the focus into a group of which something was reached and something was not. */
globalThis.enterGroup = () => {
  const group = globalThis
    .notReached()
    .map((one) => one.closest(groups))
    .find((one) => one !== null && !one.tried && [...seen].some((other) => one.contains(other)));
  if (group === undefined) return null;
  group.tried = true;
  [...seen].find((one) => group.contains(one) && one.isConnected).focus();
  return group.getAttribute('role');
};

/** The group that has the focus goes on and on: as far as was stepped, all was reached. */
globalThis.leaveGroup = () => {
  document.activeElement.closest(groups).isLong = true;
};

/** Two frames later: what moves the focus may wait for something to be drawn. */
globalThis.drawn = () =>
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0))));
