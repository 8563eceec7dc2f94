import { Button, DatePicker, Input, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { now } from '../../moments/now.ts'
import { fromLocal, fromPicker, local } from '../../moments/zone.ts'

/** The usual times: days from today, hour in the district's time zone. */
const times = [
  { word: 'at.today-14', days: 0, hour: 14 },
  { word: 'at.tomorrow-9', days: 1, hour: 9 },
  { word: 'at.tomorrow-14', days: 1, hour: 14 }
] as const
const momentOf = ({ days, hour }: { days: number, hour: number }): string =>
  fromLocal(`${local(now()).add(days, 'day').format('YYYY-MM-DD')}T${String(hour).padStart(2, '0')}:00`)

/** Postpones the callback: three usual times, or any other. */
export function Postpone ({ onClose, onPick }: { onClose: () => void, onPick: (until: string, how: string | null) => void }): ReactNode {
  const { t } = useTranslation('callbacks')
  const [later, setLater] = useState<string | null>(null)
  const [how, setHow] = useState('')
  const pick = (until: string): void => { onPick(until, how.trim() === '' ? null : how.trim()) }
  const usual = times.map(time => ({ ...time, until: momentOf(time) })).filter(({ until }) => Date.parse(until) > now())
  return (
    <Modal
      open
      title={t('postpone')}
      okText={t('postpone')}
      okButtonProps={{ disabled: later === null }}
      onCancel={onClose}
      onOk={() => { if (later !== null) pick(later) }}
    >
      <div className='row postpone'>
        {usual.map(({ word, until }, i) => <Button key={word} autoFocus={i === 0} onClick={() => { pick(until) }}>{t(word)}</Button>)}
        <DatePicker
          showTime={{ format: 'HH:mm', minuteStep: 15 }}
          format='YYYY-MM-DD HH:mm'
          aria-label={t('wanted')}
          onChange={at => { setLater(at ? fromPicker(at) : null) }}
        />
      </div>
      <Input
        maxLength={400}
        aria-label={t('postponedHow')}
        placeholder={t('postponedHow')}
        value={how}
        onChange={e => { setHow(e.target.value) }}
      />
    </Modal>
  )
}
