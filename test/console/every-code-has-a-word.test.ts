import { globSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { errorStatus } from '../../src/domain/errors.ts'
import { legOutcomes } from '../../src/domain/telephone/legs.ts'
import * as guards from '../../src/features/work-orders/life-cycle/rules/life-cycle-guards.ts'
import * as outcomeGuards from '../../src/features/work-orders/life-cycle/rules/outcome-guards.ts'
import * as parkingGuards from '../../src/features/work-orders/life-cycle/rules/parking-guards.ts'
import { fileRefusals } from '../../src/features/attachments/rules/file-types.ts'
import { entryFamilies } from '../../src/pbx/desired/sections.ts'
import { fileSections } from '../../src/pbx/includes.ts'
import { deadlineKinds } from '../../src/features/work-orders/clocks/rules/deadlines.ts'

/** Where a list of codes has its words, by its first code and its length; null: it is never shown as it is. */
const wordsOf: ReadonlyArray<[first: string, prefix: string | null]> = [
  ['AGENT', 'admin:role.'],
  ['centre', 'admin:kind.'],
  ['component', 'admin:'],
  ['normal', 'order:urgency.'],
  ['clock', 'admin:calendar.'],
  ['on-site/callback-only', 'admin:verification.'],
  ['on-site/handling', 'order:deadline.'],
  ['CONSULTATION', 'order:type.'],
  ['PERSON/ENTERPRISE', 'order:kind.'],
  ['DRAFT/RECEIVED', 'order:state.'],
  ['DRAFT/DRILLED', 'command:status.'],
  ['NOT_REQUIRED/PENDING/PASSED', 'order:verification.'],
  ['NOT_REQUIRED/PENDING/CONFIRMED', 'order:callback.'],
  ['caller', 'order:why.'],
  ['statutory', 'order:basis.'],
  ['owner', 'order:why.'],
  ['SOLVED', 'order:result.'],
  ['arrival', 'order:photo.'],
  ['pdf/jpeg', 'order:file.'],
  ['waiting/clean', 'order:scan.'],
  ['kept/changed', 'quality:quality.decision.'],
  ['litigation', 'order:reason.'],
  ['origin', 'order:callrole.'],
  ['single', 'order:mode.'],
  ['service', 'action:stage.'],
  ['SCHEDULED', 'order:called.'],
  ['yes', 'order:'],
  ['attitude', 'callbacks:reason.'],
  ['attitude', 'order:reason.'],
  ['machine', 'callbacks:method.'],
  ['declined', 'callbacks:'],
  ['answered/order', 'phone:end.'],
  ['out', 'phone:'],
  ['break', 'phone:reason.'],
  ['simultaneous', 'command:'],
  ['dialling', 'command:state.'],
  ['waiting/ringing', 'command:member.'],
  ['waiting/dispatched', 'order:assignment.'],
  ['lead', 'order:role.'],
  ['draft.open', 'order:event.'],
  ['draft.save', 'order:event.'],
  ['started', 'timeline:e.'],
  ['elderly', 'callbacks:why.'],
  ['invalid-input', 'error:'],
  ['today', 'supervise:'],
  ['confidential', 'agent:textRefused.'],
  ['too-many', 'agent:textRefused.'],
  ['due', 'callbacks:list.'],
  ['listen', 'phone:reason.'],
  ['required', 'action:check.'],
  ['confirmed', 'leg:'],
  ['standing', 'supervise:block.state.'],
  ['answered/busy', 'supervise:tried.'],
  ['living', 'figures:call.'],
  ['active/draining', 'exchanges:exchange.'],
  ['working/draining', 'edges:is.'],
  ['method/malformed', 'edges:why.'],
  ['waiting/sent', 'interfaces:delivery.'],
  ['order.filed', 'interfaces:kind.'],
  ['not-resolved', 'interfaces:error.'],
  ['in/out/both', 'interfaces:direction.'],
  ['at-once/hourly', 'interfaces:cycle.'],
  ['open/conditional', 'interfaces:shareType.'],
  ['on/resting', 'interfaces:state.'],
  ['waiting/taken', 'interfaces:envelope.'],
  ['bad-schema', 'interfaces:reason.'],
  ['no-json', 'fault:'],
  ['on/off', 'interfaces:state.'],
  ['times/units', 'admin:rule.unit.'],
  // a rule's name comes with it
  ['RETURNS_UNTIL_AGREED', null],
  // why a unit's part ended, whose channel it was, kinds of plans and steps of a call: no page shows them
  ['both/in/out', 'admin:trunk.direction.'],
  ['udp/tcp/tls', null],
  ['rfc4733/info', 'admin:trunk.keys.'],
  ['clean/keys-doubled', 'admin:trunk.trial.'],
  ['no-response/congestion', 'admin:trunk.trouble.'],
  ['forwarded', null],
  ['citizen', null],
  ['overall', null],
  ['offered', null],
  // a rate's name comes with it; a field of an article has the word of its form
  ['filing', null],
  ['title/body', null],
  // how it was counted is told in a sentence; what is not ours to word; switches
  ['receipt', null],
  ['minutes', null],
  ['full', null],
  ['desk', null],
  ['True', null],
  ['true', null],
  ['hotline', null],
  ['inbound', null],
  ['ringing', null],
  ['110', null],
  ['live', null],
  ['ready', null],
  ['ok', null],
  // lists and sortings a page asks for by itself; the list of legs has no page yet
  ['sign/work', null],
  ['newest', null],
  ['answered/answeredIn15s', null],
  ['received/filed', null],
  ['person/unit', null],
  ['mobile/office', null],
  ['callback/emergency', null],
  ['placing/ringing', null],
  ['road/estate', 'admin:placeKind.'],
  ['wgs84', 'areas:'],
  ['not-closed', 'areas:fault.'],
  ['not-our-powers', 'order:objection.'],
  ['history', 'order:parking.'],
  ['direct-answer/live-transfer', 'order:outcome.'],
  ['law/duties', 'catalogue:basis.'],
  ['unit/town', 'catalogue:lead.'],
  ['days/begun', 'catalogue:fault.'],
  // where a place lies and why it was found is told in sentences; levels and kinds of GeoJSON stand in a file; things come by the API alone
  ['inside/border', null],
  ['named/begins', null],
  ['district/town', null],
  ['Polygon', null],
  ['MultiPolygon', null],
  ['FeatureCollection', null],
  ['Feature', null],
  ['days/twice', null],
  // what a token is for: entered by command, no page shows it
  ['orders/city-12345', null]
]

interface Schema { enum?: unknown[], [key: string]: unknown }

function enums (node: unknown, found = new Map<string, string[]>()): Map<string, string[]> {
  if (typeof node !== 'object' || node === null) return found
  const { enum: codes } = node as Schema
  if (Array.isArray(codes)) found.set(codes.join('/'), codes.map(String))
  for (const part of Object.values(node)) enums(part, found)
  return found
}

const place = new Map<string, string>()
Object.assign(globalThis, {
  localStorage: { getItem: (key: string) => place.get(key) ?? null, setItem: (key: string, value: string) => { place.set(key, value) } },
  document: { documentElement: { lang: '' } }
})

await t.test('every code the API may answer with has a word in both languages', async t => {
  const { default: i18next } = await import('i18next')
  const { startWords } = await import(pathToFileURL('src/console/words/words.ts').href) as { startWords: () => Promise<void> }
  for (const file of globSync('src/console/**/*-words.ts')) {
    if (/words\/(shell-words|error-words)\.ts$/.test(file)) continue
    const words = await import(pathToFileURL(file).href) as Record<string, unknown>
    // the telephone's are added where its bar is
    if (words.phoneWords) {
      (await import(
        pathToFileURL('src/console/words/words.ts').href
      ) as { addWords: (name: string, words: unknown) => void }).addWords('phone', words.phoneWords)
    }
  }
  await startWords()
  const all = enums(JSON.parse(readFileSync('docs/openapi.json', 'utf8')))
  t.ok(all.size > 40)
  for (const [joined, codes] of all) {
    const places = wordsOf.filter(([first]) => joined === first || joined.startsWith(`${first}/`))
    t.ok(places.length > 0, `somebody has decided where the words of ${joined.slice(0, 60)} are`)
    for (const [, prefix] of places) {
      if (prefix === null || codes.includes('INTEGRATION')) continue
      for (const language of ['zh', 'en']) {
        const missing = codes.filter(code => !i18next.exists(`${prefix}${code}`, { lng: language, fallbackLng: [] }))
        t.same(missing, [], `${prefix}… in ${language}`)
      }
    }
  }
  await t.test('so has every other word of the API: refusals, ends of calls, steps on a timeline', async t => {
    const steps = (folder: string, pattern: RegExp): string[] =>
      [...new Set(globSync(folder).flatMap(file => [...readFileSync(file, 'utf8').matchAll(pattern)].map(found => found[1] ?? '')))]
    // Each check says beside its name whether the service can do without it.
    const parts = steps('src/**/*.ts', /\bname: '([a-z-]+)',\s+vital: /g)
    t.ok(parts.length > 8, 'the parts of the running system are found')
    const told: ReadonlyArray<[prefix: string, codes: readonly string[]]> = [
      ['admin:part.', parts], ['admin:trouble.', parts], ['exchanges:section.', [...entryFamilies, 'files', ...fileSections]],
      ['error:', Object.keys(errorStatus)], ['leg:', legOutcomes], ['order:deadline.', deadlineKinds],
      ['order:event.', deadlineKinds.flatMap(kind => ['half', 'late', 'expire'].map(step => `${kind}.${step}`))],
      ['guard:', fileRefusals],
      ['order:event.', steps('src/features/work-orders/**/*.ts', /\btype: '([a-z-]+\.[a-z.-]+)'/g)],
      // steps of the rule that the timeline tells otherwise: as the leg's end, `self-muted`, `refused-locked`
      ['timeline:e.', steps('src/features/emergency/{,dial/,conference/}*.ts', /(?:\bkind: |\bentry\()'([a-z-]+)'/g)
        .filter(step => !['leg-missed', 'self-mute', 'locked-out'].includes(step))],
      // those with a code of their own have its word
      [
        'guard:',
        Object.keys({ ...guards, ...outcomeGuards, ...parkingGuards }).filter(
          name => !['agentOnlyCritical', 'operatorOnlyOwn', 'operatorFirstRung', 'notJustUrged', 'notOwnAnswer'].includes(name))
      ],
      ['guard:', steps('src/{features,http,sms,calendar}/**/*.ts', /\bguard: (?:.*\? )?'([\w-]+)'/g)]
    ]
    for (const [prefix, codes] of told) {
      t.ok(codes.length > 5, `${prefix} ${codes.length}`)
      for (const lng of ['zh', 'en']) {
        t.same(codes.filter(code => !i18next.exists(`${prefix}${code}`, { lng, fallbackLng: [] })), [], `${prefix}… in ${lng}`)
      }
    }
  })

  await t.test('every unmet condition and every repeated action has a name', t => {
    // Up to the end of the call, however many lines it takes, and a guard that is named beside it.
    const refusal = /(?:DomainError|refuse)\('(?:guard-not-met|already-done)'(?:'(?:[^'\\]|\\.)*'|`[^`]*`|\([^()]*\)|[^'`()])*\)(?:, guard)?/g
    const refusals = globSync('src/{features,http,sms,calendar,access,dialler}/**/*.ts').flatMap(
      file => [...readFileSync(file, 'utf8').matchAll(refusal)].map(([call]) => call)
    )
    t.ok(refusals.length > 30)
    t.same(refusals.filter(line => !/guard/.test(line.replace('guard-not-met', ''))), [])
    t.end()
  })

  await t.test('and no key holds the sign that parts a name-space from a key', async t => {
    for (const language of ['zh', 'en']) {
      const bundles = i18next.getDataByLanguage(language) ?? {}
      for (const [name, words] of Object.entries(bundles)) {
        t.same(Object.keys(words as object).filter(key => key.includes(':')), [], `${name} in ${language}`)
      }
      t.same(Object.keys(bundles).toSorted(), Object.keys(i18next.getDataByLanguage('zh') ?? {}).toSorted())
    }
    for (const [name, words] of Object.entries(i18next.getDataByLanguage('zh') ?? {})) {
      t.same(Object.keys(words as object).toSorted(), Object.keys((i18next.getDataByLanguage('en')?.[name] ?? {}) as object).toSorted(),
        `${name}: both halves have the same keys`)
    }
  })
})
