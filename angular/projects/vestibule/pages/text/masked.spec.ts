import { masked } from './masked';

describe('a masked address or number in a text', () => {
  it.each([
    ['+49 ••• ••12', '\u2068+49\u00a0•••\u00a0••12\u2069'],
    ['a…@corp.example', '\u2068a…\u2060@corp.example\u2069'],
  ])('%s is isolated and stays on one line', (to, text) => {
    expect(masked(to)).toBe(text);
  });
});
