import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { resync, useFeed } from '../feed/feed.ts'

const topic = 'interfaces.silent'

/** Interfaces that have fallen silent (中断): the feed tells those who read the register, on whatever page; it stays until it is closed. */
export function useSilentInterfaces (): void {
  const { t } = useTranslation('shell')
  const { notification } = App.useApp()
  const goTo = useNavigate()
  useFeed([topic], event => {
    if (event.topic === resync || !Array.isArray(event.data.ids)) return
    const see = (): void => {
      notification.destroy(topic)
      void goTo('/interfaces')
    }
    notification.warning({
      key: topic,
      title: t('interfacesSilent', { count: event.data.ids.length }),
      duration: 0,
      actions: <Button type='primary' onClick={see}>{t('see')}</Button>
    })
  })
}
