import { masked } from './masked';

describe('a masked address or number in a text', () => {
  it.each([
    ['+49 ••• ••12', '\u2066+49\u00a0•••\u00a0••12\u2069'],
    ['a…@corp.example', '\u2066a…\u2060@corp.example\u2069'],
  ])('%s has its own direction and stays on one line', (to, text) => {
    expect(masked(to)).toBe(text);
  });
});
