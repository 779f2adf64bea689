import { placeAfter } from './pager';

it('knows the pages before, also after a step back', () => {
  const first = placeAfter(null, '');
  const second = placeAfter(first, 'c1');
  const third = placeAfter(second, 'c2');
  expect(third).toEqual({ cursor: 'c2', history: ['', 'c1'] });
  expect(placeAfter(third, 'c1')).toEqual(second);
  expect(placeAfter(third, '')).toEqual(first);
});

it('knows no page before a link that another user sent', () => {
  expect(placeAfter(null, 'c7')).toEqual({ cursor: 'c7', history: [] });
});
