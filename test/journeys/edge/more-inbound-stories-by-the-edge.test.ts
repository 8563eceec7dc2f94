// As inbound-stories-by-the-edge.test.ts.
process.env.CITIZENS_COME_BY = 'edge'
await import('../inbound/one-caller-many-spellings.test.ts')
await import('../inbound/who-was-on-hold-was-served.test.ts')
