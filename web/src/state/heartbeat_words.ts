/** A heartbeat in words: the same on the ledger of projects and on the page of one. */
import './care_words';
import type { HeartbeatStatement, Life } from '../model/care';
import { fullDay, startOfDay } from '../model/text';
import { language, t } from './language.svelte';

const kSigns: Record<Life, string> = { alive: '●', dormant: '◐', ended: '○' };

export const lifeText = (life: Life): string => `${kSigns[life]} ${t(`loop.life.${life}`)}`;
export const knownDay = (text: string | undefined): string =>
    text ? fullDay(startOfDay(text), language()) : t('heartbeats.unknown');
/** How long it is paid for. */
export const leftText = ({ monthsOfRunway }: HeartbeatStatement): string =>
    monthsOfRunway === undefined
        ? t('heartbeats.unknown')
        : t('money.months', { count: monthsOfRunway });
export const heartbeatAddress = (slug: string): string => `#heartbeats/${encodeURIComponent(slug)}`;
