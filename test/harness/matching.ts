// Loaded before every test (.taprc): `t.match` compares moments. By itself tap takes any Date for any other: a Date has no fields
// of its own.
import { Match } from 'tcompare'

const usual = Match.prototype.test

Match.prototype.test = function test (this: Match) {
  const { object, expect } = this as unknown as { object: unknown, expect: unknown }
  return object instanceof Date && expect instanceof Date ? object.getTime() === expect.getTime() : usual.call(this)
}
