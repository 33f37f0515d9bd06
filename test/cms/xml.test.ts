/** Every way in which bridges have been seen to write XML is read alike, and nothing else is taken for it. */
import { describe, expect, test } from 'vitest';
import { parseXml, XmlError } from '../../src/cms/xml.ts';

const prolog = '<?xml version="1.0"?>';

test.each([
  ['with the prolog', `${prolog}<calls total="0"></calls>`],
  ['without it', '<calls total="0"></calls>'],
  ['self-closing', '<calls total="0"/>'],
  ['with a space before the slash', '<calls total="0" />'],
  ['on lines of its own', `${prolog}\n<calls total="0">\n</calls>\n`],
  ['with an encoding', '<?xml version="1.0" encoding="UTF-8" ?>\r\n<calls total="0"/>'],
  ['with comments', `${prolog}<!-- calls --><calls total="0"><!-- none --></calls><!-- end -->`],
])('an empty list is one %s', (_what, text) => {
  const calls = parseXml(text);
  expect(calls.name).toBe('calls');
  expect(calls.attributes).toEqual({ total: '0' });
  expect(calls.elements).toEqual([]);
});

test('an empty field is like none in both spellings', () => {
  const space = parseXml('<coSpace id="1"><passcode/><secret></secret><uri>u</uri></coSpace>');
  expect(space.text('passcode')).toBeUndefined();
  expect(space.text('secret')).toBeUndefined();
  expect(space.text('callId')).toBeUndefined();
  expect(space.child('passcode')).toBeDefined();
  expect(space.child('callId')).toBeUndefined();
});

test('values are what was sent: zeros in front, no hexadecimals, no booleans, spaces kept', () => {
  const text =
    '<coSpace id="007"><callId>020710167</callId><uri>0x1F</uri><name> 1e3 </name><secret>true</secret></coSpace>';
  const space = parseXml(text);
  expect(space.attributes.id).toBe('007');
  expect(space.text('callId')).toBe('020710167');
  expect(space.text('uri')).toBe('0x1F');
  expect(space.text('name')).toBe(' 1e3 ');
  expect(space.text('secret')).toBe('true');
  expect(space.boolean('secret')).toBe(true);
  expect(space.number('uri')).toBeUndefined();
});

test.each([1, 2, 3])('a list of %i is a list', (count) => {
  const inside = Array.from(
    { length: count },
    (_, index) => `<call id="${index}"><name>n</name></call>`,
  ).join('');
  expect(parseXml(`<calls total="${count}">${inside}</calls>`).children('call')).toHaveLength(count);
});

test('children are found whatever their case, and only those of the element itself', () => {
  const leg = parseXml('<callLeg><subtype>lync</subtype><status><state>ringing</state></status></callLeg>');
  expect(leg.text('subType')).toBe('lync');
  expect(leg.text('state')).toBeUndefined();
  expect(leg.child('status')?.text('state')).toBe('ringing');
});

test('references are resolved once', () => {
  const text =
    '<call><name>A &amp; B &lt;x&gt; &quot;q&quot; &apos;a&apos; &#228;&#x1F600; &amp;lt; <![CDATA[<raw> &amp;]]></name></call>';
  expect(parseXml(text).text('name')).toBe('A & B <x> "q" \'a\' ä😀 &lt; <raw> &amp;');
});

test('a long page full of references is read', () => {
  const inside = Array.from(
    { length: 200 },
    (_, id) => `<coSpace id="${id}"><name>${'&amp;'.repeat(300)}</name></coSpace>`,
  );
  const page = parseXml(`<coSpaces total="200">${inside.join('')}</coSpaces>`);
  expect(page.children('coSpace').every((space) => space.text('name') === '&'.repeat(300))).toBe(true);
});

test('names that mean something to JavaScript are names', () => {
  const call = parseXml('<call><toString>a</toString><length>2</length><name>n</name></call>');
  expect(call.text('name')).toBe('n');
  expect(call.number('length')).toBe(2);
});

describe('what is not XML is refused', () => {
  test.each([
    ['', ''],
    ['spaces', ' \n'],
    ['text', 'It works!'],
    ['a prolog alone', prolog],
    ['JSON', '{"calls":[]}'],
    ['a half answer', '<calls total="1"><call id="1"><name>x'],
    ['a half attribute', '<calls total="1'],
    ['a wrong end', '<calls><call></calls>'],
    ['two roots', '<a/><b/>'],
    ['a web page', '<!DOCTYPE html><html><body><br></body></html>'],
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'],
    ['a prototype', '<__proto__><x>1</x></__proto__>'],
  ])('%s', (_what, text) => {
    expect(() => parseXml(text)).toThrow(XmlError);
  });
});
