import { readFileSync } from 'node:fs'
import t from 'tap'
import { visibilityPage } from '../../src/access/visibility-page.ts'

t.equal(readFileSync(new URL('../../docs/who-sees-what.md', import.meta.url), 'utf8'), visibilityPage(),
  'docs/who-sees-what.md is what `node src/bin/documents/who-sees-what.ts` writes')
