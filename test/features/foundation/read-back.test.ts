// What is read back is checked: a sealed number by its form, a file by its schema. No error shows what was read.
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createSealing } from '../../../src/db/sealing.ts'
import { readDistrict, sampleFolder } from '../../../src/district/read-district.ts'
import { callerNumber, parsePhoneNumber, withExtension } from '../../../src/domain/telephone/phone-number.ts'
import { keepSecrets } from '../../../src/servers/data-folder/secrets.ts'
import { freshFolder } from '../../harness/servers/database.ts'

const sealing = createSealing(Buffer.alloc(32, 7))

t.test('a sealed number is opened as it was, dialable or not', async t => {
  for (const raw of ['13900001001', '021-50008001', '95588', '110', '0044 20 7123 4567', '14912345678', '000', '021']) {
    const number = callerNumber(raw)
    t.equal(sealing.openNumber(sealing.seal(number ?? 'none')), number, raw)
  }
  const [line, mobile] = [parsePhoneNumber('50008001'), parsePhoneNumber('13900001001')]
  t.equal(sealing.openNumber(sealing.seal(withExtension(line, '801'))), '+862150008001;ext=801')
  t.same(sealing.openNumbers(sealing.sealNumbers([mobile, line])), [mobile, line])
})

t.test('other sealed words are no number', async t => {
  const refused = { message: 'a stored telephone number has another form' }
  for (const words of ['张阿姨', '+86 13900001001', '13900001001\r\nAction: Originate', '["+8613900001001"]']) {
    t.throws(() => sealing.openNumber(sealing.seal(words)), refused, JSON.stringify(words))
  }
  t.throws(() => sealing.openNumbers(sealing.seal('["+8613900001001","张阿姨"]')), refused)
  t.throws(() => sealing.openNumbers(sealing.seal('"+8613900001001"')), { message: 'these are no sealed numbers' })
})

t.test('a district with a wrong value names file and place', async t => {
  const folder = await freshFolder('district')
  cpSync(sampleFolder, folder, { recursive: true })
  const file = join(folder, 'orders.json')
  const whole = readFileSync(file, 'utf8')
  writeFileSync(file, whole.replace('"HOTLINE_962000"', '"by telex"'))
  t.throws(() => readDistrict(folder), { message: /orders\.json at \/0\/channel (?!.*telex)/ })
  writeFileSync(file, whole.slice(0, 400))
  t.throws(() => readDistrict(folder), { message: `${file} is no JSON` })
  writeFileSync(file, whole)
  t.equal(readDistrict(folder).orders.length, readDistrict().orders.length)
})

t.test('secrets of another form are not replaced by new ones', async t => {
  const folder = await freshFolder('secrets')
  const kept = keepSecrets(folder)
  t.same(keepSecrets(folder), kept)
  const broken = JSON.stringify({ ...kept, dataKey: 7 })
  writeFileSync(join(folder, 'secrets.json'), broken)
  t.throws(() => keepSecrets(folder), /cannot be read; put its copy back/)
  t.equal(readFileSync(join(folder, 'secrets.json'), 'utf8'), broken, 'the file stays for a person to look at')
})
