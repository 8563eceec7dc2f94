// The arrows of the house. They run one way:
// bin → compose → features → access, dialler → pbx, policy, calendar, db, queue, sms, speech, feed
// → domain; features know the kit of http/, never its server
const layer = (name, from, notTo, comment) => ({ name, comment, severity: 'error', from: { path: from }, to: { path: notTo } })

/** Files of a folder but its routes, their schemas, and its module. */
const behindTheDoors = '(?!.*(-routes|-schemas|module)\\.ts$)'

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    layer('domain-imports-nothing', '^src/domain/', '^src/(?!domain/)', 'domain/ is the vocabulary: it knows nobody.'),
    layer('rules-are-pure', '/rules/', '^src/(?!domain/|.*/rules/)', 'Rules import only domain/ and other rules.'),
    { name: 'rules-do-no-io', severity: 'error', from: { path: '/rules/' }, to: { dependencyTypes: ['core'] } },
    // A capability has an HTTP door and a module wherever it stands; what is behind them knows its layer alone.
    layer('adapters-know-only-domain', `^src/(db|queue|feed|sms|speech)/${behindTheDoors}`,
      '^src/(?!domain/|db/|queue/|feed/|sms/|speech/)',
      'Adapters know the vocabulary and each other at most.'),
    layer('access-knows-no-feature', `^src/access/${behindTheDoors}`, '^src/(?!domain/|db/|queue/|access/|http/kit/audit)',
      'access/ says who somebody is, and what they may see; what people did it reads in the audit.'),
    layer('calendar-knows-no-feature', `^src/calendar/${behindTheDoors}`, '^src/(?!domain/|db/|calendar/)',
      'calendar/ is the only place that knows a holiday, and it knows nobody who asks.'),
    layer('policy-knows-no-feature', `^src/policy/${behindTheDoors}`, '^src/(?!domain/|db/|calendar/|policy/)',
      'policy/ says how the city wants things done, and it knows nobody who asks.'),
    layer('pbx-below-dialler', `^src/pbx/${behindTheDoors}`, '^src/(?!domain/|db/|queue/|feed/|pbx/)',
      'pbx/ is the only folder that speaks Asterisk, and it knows no feature.'),
    layer('the-edge-knows-no-feature', `^src/edge/${behindTheDoors}`, '^src/(?!domain/|db/|pbx/|edge/)',
      'edge/ decides from memory with the service gone; of other capabilities it reads views.'),
    layer('node-stands-beside-the-pbx', '^src/node/', '^src/(?!domain/|db/|queue/|disk/|speech/prompts|pbx/|node/)',
      'node/ is the process beside a PBX: it knows its files, and nobody who asks.'),
    layer('the-service-asks-at-the-door', '^src/(?!node/|bin/|compose)', '^src/node/',
      'What a PBX has in files is asked of the process beside it: pbx/node-client.ts.'),
    layer('dialler-below-features', `^src/dialler/${behindTheDoors}`, '^src/(features|http|bin|compose|config)',
      'The dialler does not know who asks.'),
    layer('doors-know-the-kit-alone', '^src/(?!http/|bin/|compose)', '^src/http/(?!kit/)',
      'A capability knows the kit of http/, never its server.'),
    layer('the-kit-knows-no-feature', '^src/http/kit/', '^src/(?!domain/|db/|http/kit/)', 'The kit is what every HTTP door is made of.'),
    layer('http-knows-no-feature', '^src/http/', '^src/(?!domain/|db/|feed/|access/|queue/|http/|module\\.ts)',
      'http/ is handed the routes it serves.'),
    layer('servers-start-things', '^src/servers/', '^src/(?!domain/|pbx/|speech/|servers/|config(-readers)?\\.ts)',
      'servers/ starts PostgreSQL, Redis and Asterisk; it knows nothing of what they are used for.'),
    layer('district-is-data', '^src/district/', '^src/(?!domain/|db/|calendar/|district/|.*-load\\.ts$|features/work-orders/work-orders)',
      'district/ reads files and hands them to the owners\' loads; sample orders go through the commands of work-orders.'),
    layer('console-knows-the-api-alone', '^src/console/', '^src/(?!console/)', 'The browser knows the service by its API.'),
    {
      name: 'a-feature-never-imports-another',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/([^/]+)/', pathNot: '^src/features/$1/' }
    },
    layer('only-compose-knows-everything', '^src/(?!bin/|compose)', '^src/(bin/|compose)', 'Nobody knows how the whole is put together.'),
    layer('only-commands-read-settings',
      '^src/(domain|features|access|calendar|policy|dialler|db|disk|district|edge|node|pbx|queue|feed|sms|speech|http)/',
      '^src/config(-readers|-edge)?\\.ts',
      'A capability is handed the settings it needs.'),
    {
      name: 'one-importer-of-drachtio',
      severity: 'error',
      from: { pathNot: '^(src/edge/drachtio\\.ts$|test/)' },
      to: { path: 'node_modules/drachtio-srf' }
    },
    {
      name: 'one-importer-of-asterisk-manager',
      severity: 'error',
      from: { pathNot: '^src/pbx/ami/link\\.ts$' },
      to: { path: 'node_modules/asterisk-manager' }
    },
    { name: 'source-does-not-import-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench)/' } },
    {
      name: 'every-file-is-reached',
      comment: 'A capability without its line in compose/modules.ts never runs.',
      severity: 'error',
      from: { path: '^src/bin/' },
      to: { path: '^src/', pathNot: '^src/(console|bin)/|\\.d\\.ts$', reachable: false }
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src/', pathNot: '\\.d\\.ts$|^src/console/' }, to: {} }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] }
  }
}
