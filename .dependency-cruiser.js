// The arrows of the house. They run one way:
// bin → compose → http, features → dialler → pbx, calendar, db, queue, sms, speech, feed → domain
const layer = (name, from, notTo, comment) => ({ name, comment, severity: 'error', from: { path: from }, to: { path: notTo } })

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    layer('domain-imports-nothing', '^src/domain/', '^src/(?!domain/)', 'domain/ is the vocabulary: it knows nobody.'),
    layer('who-sees-what-is-pure', '^src/access/', '^src/(?!domain/|access/)', 'access/ says who sees what: no I/O, known to features and http.'),
    { name: 'access-does-no-io', severity: 'error', from: { path: '^src/access/' }, to: { dependencyTypes: ['core'] } },
    layer('adapters-know-only-domain', '^src/(db|queue|feed|sms|speech)/', '^src/(?!domain/|db/|queue/|feed/|sms/|speech/)', 'Adapters know the vocabulary and each other at most.'),
    layer('calendar-knows-no-feature', '^src/calendar/', '^src/(?!domain/|db/|calendar/)', 'calendar/ is the only place that knows a holiday, and it knows nobody who asks.'),
    layer('pbx-below-dialler', '^src/pbx/', '^src/(?!domain/|db/|queue/|feed/|pbx/)', 'pbx/ is the only folder that speaks Asterisk, and it knows no feature.'),
    layer('servers-start-things', '^src/servers/', '^src/(?!domain/|pbx/|speech/|servers/|config\\.ts)', 'servers/ starts PostgreSQL, Redis and Asterisk; it knows nothing of what they are used for.'),
    layer('district-is-data', '^src/district/', '^src/(?!domain/|db/|calendar/|district/|features/work-orders/order-types)', 'district/ reads and loads files; sample orders go through the commands of work-orders.'),
    layer('console-knows-the-api-alone', '^src/console/', '^src/(?!console/)', 'The browser knows the service by its API.'),
    layer('dialler-below-features', '^src/dialler/', '^src/(features|http|bin|compose|config)', 'The dialler does not know who asks.'),
    { name: 'a-feature-never-imports-another', severity: 'error', from: { path: '^src/features/([^/]+)/' }, to: { path: '^src/features/([^/]+)/', pathNot: '^src/features/$1/' } },
    layer('features-below-http', '^src/features/', '^src/(http|bin|compose|config)', 'Features do not know HTTP nor how they are put together.'),
    layer('rules-are-pure', '^src/(features/[^/]+|calendar|dialler|pbx|http)/rules/', '^src/(?!domain/|access/|features/[^/]+/rules/|calendar/rules/|dialler/rules/|pbx/rules/|http/rules/)', 'Rules import only domain/, access/ and other rules beside them.'),
    { name: 'rules-do-no-io', severity: 'error', from: { path: '/rules/' }, to: { dependencyTypes: ['core'] } },
    layer('only-compose-knows-everything', '^src/http/', '^src/(bin|compose)', 'http/ is handed what it serves.'),
    { name: 'one-importer-of-asterisk-manager', severity: 'error', from: { pathNot: '^src/pbx/ami-connection\\.ts$' }, to: { path: 'node_modules/asterisk-manager' } },
    { name: 'source-does-not-import-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench)/' } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src/', pathNot: '\\.d\\.ts$|^src/console/' }, to: {} }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] }
  }
}
