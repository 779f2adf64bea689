import { brandColors, contrast, parse } from './brand-colors';

const COLORS = [
  '#000000',
  '#ffffff',
  '#ff0',
  '#125c68',
  '#e3b04b',
  '#7f7f7f',
  '#d40000',
  '#00ff7f',
];

/** Returns the colours of `light-dark(rgb(…), rgb(…))`. */
function pair(value: string | undefined): [number, number, number][] {
  return [...(value ?? '').matchAll(/rgb\((\d+) (\d+) (\d+)\)/g)].map(
    ([, ...channels]) => channels.map(Number) as [number, number, number],
  );
}

describe('the colours of an organisation', () => {
  it.each(COLORS)('are readable in both colour schemes: %s', (color) => {
    const colors = brandColors(color)!;
    const of = (name: string, scheme: number) => pair(colors[name])[scheme]!;
    for (const [scheme, surface] of [parse('#ffffff')!, parse('#182127')!].entries()) {
      const accent = of('--vestibule-accent', scheme);
      for (const other of [
        surface,
        of('--vestibule-accent-background', scheme),
        of('--vestibule-on-accent', scheme),
      ]) {
        expect(contrast(accent, other)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('keep a colour that is readable as it is', () => {
    expect(pair(brandColors('#125c68')?.['--vestibule-accent'])[0]).toEqual([0x12, 0x5c, 0x68]);
  });

  it.each(['', 'red', '#12', '#1234567', 'rgb(1 2 3)', '#12345g', 'url(https://evil.example)'])(
    'are not made from %j',
    (color) => expect(brandColors(color)).toBeNull(),
  );
});
