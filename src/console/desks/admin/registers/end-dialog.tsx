import { DatePicker, Modal } from 'antd'
import type { Dayjs } from 'dayjs'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { now } from '../../../moments/now.ts'
import { toPicker } from '../../../moments/zone.ts'
import { useSaving } from '../../../shell/saving.ts'

/** The last day of an entry; `name` null: closed. `onEnd` answers whether it was done: until then the dialogue stays. */
export function EndDialog ({ name, onEnd, onClose }: {
  name: string | null
  onEnd: (lastDay: string) => Promise<boolean>
  onClose: () => void
}): ReactNode {
  const { t } = useTranslation('admin')
  const { busy, run } = useSaving()
  const [lastDay, setLastDay] = useState<Dayjs | null>(() => toPicker(now()))
  return (
    <Modal
      open={name !== null}
      title={t('endTitle')}
      okText={t('end')}
      okButtonProps={{ danger: true, disabled: lastDay === null, loading: busy }}
      cancelButtonProps={{ disabled: busy }}
      onCancel={() => { if (!busy) onClose() }}
      onOk={() => { if (lastDay) void run(async () => await onEnd(lastDay.format('YYYY-MM-DD'))) }}
    >
      <p>{name}</p><DatePicker value={lastDay} disabled={busy} onChange={setLastDay} aria-label={t('lastDay')} />
    </Modal>
  )
}
