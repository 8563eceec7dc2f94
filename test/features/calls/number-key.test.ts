// The dialplan spells a caller by itself, with the service away: it must come to the service's own key, or a block is passed by.
import t from 'tap'
import { callerNumber, numberKey } from '../../../src/domain/telephone/phone-number.ts'
import { createAmiConnection } from '../../../src/pbx/ami/ami-connection.ts'
import { until } from '../../../src/servers/until.ts'
import { startTestPbx } from '../../harness/servers/pbx.ts'
import { beforeAMobile, spelledBefore, spelledNumbers } from '../../harness/stories/spellings.ts'

await t.test('the PBX\'s key of a caller is the number key of the service', async t => {
  const pbx = await startTestPbx(t)
  const { host, port, user } = pbx.config.ami
  const ami = createAmiConnection({ host, port, user, secret: pbx.amiSecret })
  t.teardown(async () => { await ami.close() })
  ami.start()
  await ami.ready(10_000)
  const some = spelledNumbers.flatMap((number, i) => spelledBefore.filter((_, j) => (i + j) % 4 === 0).map(before => before + number))
  const raws = [
    ...new Set([...beforeAMobile.map(before => `${before}13900001061`), ...some])
  ].filter(raw => raw.length <= 20 && callerNumber(raw) !== null)
  // The dialplan's own subroutine works out the key of each number dialled here.
  const add = 'dialplan add extension _[+0-9].'
  await pbx.console(`${add},1,Gosub(sub-number-key,s,1($\{EXTEN})) into key-of-a-test`)
  await pbx.console(`${add},2,Set(DB(key-of-a-test/$\{EXTEN})=$\{number_key}) into key-of-a-test`)
  for (const raw of raws) await ami.action('Originate', { Channel: `Local/${raw}@key-of-a-test`, Application: 'NoOp', Async: true })
  const keys = await until(async () => {
    const rows = [...(await pbx.console('database show key-of-a-test')).matchAll(/^\/key-of-a-test\/(\S+)\s*: (\S*)/gm)]
    return rows.length >= raws.length && new Map(rows.map(row => [row[1], row[2]]))
  }, { what: 'every key is worked out' })
  for (const raw of raws) t.equal(keys.get(raw), numberKey(callerNumber(raw) ?? ''), raw)
})
