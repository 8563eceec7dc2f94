import { App } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../api/client.ts'
import { useAttempt } from '../../shell/refusals.ts'
import { TextFileButton } from '../admin/text-files/text-file-button.tsx'
import { readInterfaces } from './interface-lines.ts'

/** Reads a list of interfaces from a file, a line each, and enters those that are new. */
export function ImportInterfaces ({ reload }: { reload: () => void }): ReactNode {
  const { t } = useTranslation('interfaces')
  const { message, modal } = App.useApp()
  const attempt = useAttempt()
  const take = async (text: string): Promise<void> => {
    const { items, bad } = readInterfaces(text)
    if (items === null) { void message.error(t('admin:badLine', bad)); return }
    if (!await modal.confirm({ title: t('importTitle', { count: items.length }), content: t('importMeans') })) return
    await attempt(async () => {
      const { data } = await api.POST('/api/interfaces/import', { params: { header: onceKey() }, body: { items } })
      if (data) void message.success(t('admin:imported', { ...data }))
    })
    reload()
  }
  return <TextFileButton label={t('import')} onText={text => { void take(text) }} />
}
