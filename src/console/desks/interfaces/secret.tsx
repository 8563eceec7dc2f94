import { App } from 'antd'
import { useTranslation } from 'react-i18next'

/** A secret is shown once: the service keeps it sealed. */
export function useSecret (): (secret: string | undefined) => void {
  const { t } = useTranslation('interfaces')
  const { modal } = App.useApp()
  return secret => {
    if (secret !== undefined) modal.info({ title: t('secretOnce'), content: <code className='interface-url'>{secret}</code>, width: 560 })
  }
}
