import { jsonErrorOf } from './json-error';

describe('an error in JSON', () => {
  it.each([
    ['{"sub":"1","email_verified":true,"n":[1,-2.5e3,null],"o":{}}'],
    [' {\n "a\\u00e9\\n": [] } \n'],
  ])('is not in %j', (text) => {
    expect(() => JSON.parse(text) as unknown).not.toThrow();
    expect(jsonErrorOf(text)).toBeNull();
  });

  it.each([
    ['', 'empty', 1, 1],
    ['  \n', 'empty', 1, 1],
    ['{', 'unexpectedEnd', 1, 2],
    ['{"a"', 'unexpectedEnd', 1, 5],
    ['{"a":', 'unexpectedEnd', 1, 6],
    ['{"a":1', 'unexpectedEnd', 1, 7],
    ['{\n  "a": 1\n  "b": 2\n}', 'missingComma', 3, 3],
    ['{"a" 1}', 'missingColon', 1, 6],
    ['{"a":1,}', 'trailingComma', 1, 7],
    ['{"a":[1,]}', 'trailingComma', 1, 8],
    ["{'a':1}", 'unexpectedCharacter', 1, 2],
    ['{"a":True}', 'unexpectedCharacter', 1, 6],
    ['{"a":"b\nc"}', 'badString', 1, 6],
    ['{"a":-}', 'badNumber', 1, 6],
    ['{"a":01}', 'missingComma', 1, 7],
    ['{} x', 'textAfterEnd', 1, 4],
    ['{"é😀":1 1}', 'missingComma', 1, 9],
    ['[1]', 'notObject', 1, 1],
    ['"text"', 'notObject', 1, 1],
  ])('of %j is %s at %i:%i', (text, problem, line, column) => {
    expect(jsonErrorOf(text)).toMatchObject({ problem, line, column });
  });
});
