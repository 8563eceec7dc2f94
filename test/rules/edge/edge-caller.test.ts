import { test } from 'tap'
import { callerOf, dialledOf } from '../../../src/edge/rules/caller.ts'

const callers: Array<[from: string, privacy: string | undefined, expected: string | null]> = [
  ['<sip:13900001010@10.1.1.1>;tag=a', undefined, '+8613900001010'],
  ['"962000" <sip:+8613900001010@10.1.1.1>;tag=a', undefined, '+8613900001010'],
  ['sip:02150008001@10.1.1.1;tag=a', undefined, '+862150008001'],
  ['<tel:+86-139-0000-1010>;tag=a', undefined, '+8613900001010'],
  ['"a <sip:110@b>" <sip:13900001010;phone-context=x@10.1.1.1>;tag=a', 'none', '+8613900001010'],
  ['<sip:95588@10.1.1.1>', undefined, '95588'],
  ['<sip:110@10.1.1.1>', undefined, '110'],
  ['<sip:13900001010@10.1.1.1>', 'id', null],
  ['<sip:anonymous@anonymous.invalid>', undefined, null],
  ['<sip:10.1.1.1>', undefined, null],
  ['<sip:139%0d%0a@10.1.1.1>', undefined, null],
  ['<sip:%zz@10.1.1.1>', undefined, null],
  ['', undefined, null]
]

test('who calls, as the dialplan takes it', async t => {
  for (const [from, privacy, expected] of callers) t.equal(callerOf(from, privacy), expected, from)
})

const dialled: Array<[uri: string, expected: string | null]> = [
  ['sip:962000@10.1.1.1:5060', '962000'],
  ['sip:962000;phone-context=+86@10.1.1.1;user=phone', '962000'],
  ['sips:+8621962000@hotline.example', '+8621962000'],
  ['sip:12@10.1.1.1', null],
  ['sip:123456789012345678901@10.1.1.1', null],
  ['sip:962000%0d%0aX@10.1.1.1', null],
  ['sip:962000%40evil@10.1.1.1', null],
  ['sip:test-call@10.1.1.1', null],
  ['sip:10.1.1.1', null],
  ['tel:962000', null],
  ['', null]
]

test('what was dialled: nothing the dialplan would not take', async t => {
  for (const [uri, expected] of dialled) t.equal(dialledOf(uri), expected, uri)
})
