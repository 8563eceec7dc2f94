import { Button, DatePicker, Modal } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

/** `14:00` today, `+09:00` tomorrow, in the browser's time zone. */
function atTime (said: string): Date {
  const [hours = 0, minutes = 0] = said.replace('+', '').split(':').map(Number)
  const at = new Date()
  at.setHours(hours, minutes, 0, 0)
  if (said.startsWith('+')) at.setDate(at.getDate() + 1)
  return at
}

/** When the citizen wants to be rung instead: mostly one of three times. */
export function Postpone ({ onClose, onPick }: { onClose: () => void, onPick: (until: string) => void }): ReactNode {
  const { t } = useTranslation('callbacks')
  const [later, setLater] = useState<string | null>(null)
  const usual = ['14:00', '+09:00', '+14:00'].filter(said => atTime(said).getTime() > Date.now())
  return (
    <Modal open title={t('postpone')} okText={t('postpone')} okButtonProps={{ disabled: later === null }} onCancel={onClose} onOk={() => { if (later !== null) onPick(later) }}>
      <div className='row postpone'>
        {usual.map((said, i) => <Button key={said} autoFocus={i === 0} onClick={() => { onPick(atTime(said).toISOString()) }}>{t(`at.${said}`)}</Button>)}
        <DatePicker showTime={{ format: 'HH:mm', minuteStep: 15 }} format='YYYY-MM-DD HH:mm' aria-label={t('wanted')} onChange={at => { setLater(at ? at.toISOString() : null) }} />
      </div>
    </Modal>
  )
}
