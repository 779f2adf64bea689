import { phoneNumber } from './phone-number';

describe('a phone number', () => {
  it.each([
    ['+4915123456789', '+4915123456789'],
    [' +49 (151) 234-567.89 ', '+4915123456789'],
    ['0049 151 23456789', '+4915123456789'],
    ['\u200e+49\u00a0151\u201123456789', '+4915123456789'],
    ['+\u0664\u0669 \u0661\u0665\u0661 \u0662\u0663\u0664\u0665\u0666', '+4915123456'],
    ['+123456789012345', '+123456789012345'],
  ])('%j is international', (text, number) => expect(phoneNumber(text)).toBe(number));

  it.each([
    '',
    '0151 23456789',
    '+0151 23456789',
    '+49',
    '+1234567890123456',
    '+49 CALL ME',
    '++49151234567',
  ])('%j is not', (text) => expect(phoneNumber(text)).toBeNull());
});
