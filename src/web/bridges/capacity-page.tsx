/** The days to come of one cluster: how full each quarter of an hour is, and of the chosen one who holds which number. */
import { MessageBar, MessageBarBody, Radio, RadioGroup, Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Capacity } from '../answers.ts';
import { useClock } from '../clock.ts';
import { nameOf } from '../now/verdict.ts';
import { questions } from '../questions.ts';
import { Link, narrow, usePlace } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { DayStrip } from './day-strip.tsx';
import { SlotMap } from './slot-map.tsx';
import { type Measure, quarterAt, quarterLength } from './strip.ts';

const lengths = [1, 7, 14];

export function CapacityPage() {
  const { t } = useWords();
  const { path, search } = usePlace();
  const present = quarterAt(useClock(10_000));
  const cluster = clusterIn(path);
  const days = lengths.find((one) => String(one) === search.get('days')) ?? 7;
  const measure: Measure = search.get('of') === 'ports' ? 'ports' : 'slots';
  const chosen = quarterAt(Date.parse(search.get('at') ?? '') || present);
  const capacity = useQuery(questions.capacity(cluster, days));
  const choose = useCallback((at: number) => narrow({ at: new Date(at).toISOString() }), []);
  const quarters = capacity.data?.days.flatMap((day) => day.quarters) ?? [];
  const mostPorts = quarters.reduce((most, { ports }) => Math.max(most, ports), 0);
  const isOf = (day: Capacity['days'][number]) =>
    day.quarters.some(({ at }) => quarterAt(Date.parse(at)) === chosen);
  return (
    <div className="page">
      <div className="heading">
        <h1>{t('capacity.of', { name: cluster })}</h1>
        <Link href="/bridges">{t('capacity.back')}</Link>
      </div>
      <Troubled of={capacity} />
      {capacity.data && (
        <>
          <Verdict capacity={capacity.data} present={present} />
          <div className="columns of-days">
            <section className="panel" aria-labelledby="days">
              <div className="bar-of-controls">
                <h2 id="days">{t('capacity.quarter-hours')}</h2>
                <RadioGroup
                  layout="horizontal"
                  aria-label={t('capacity.what')}
                  value={measure}
                  onChange={(_, { value }) => narrow({ of: value === 'ports' ? value : '' })}
                >
                  <Radio value="slots" label={t('capacity.slots')} />
                  <Radio value="ports" label={t('capacity.ports')} />
                </RadioGroup>
                <Select
                  size="small"
                  aria-label={t('capacity.length')}
                  value={String(days)}
                  onChange={(_, { value }) => narrow({ days: value === '7' ? '' : value })}
                >
                  {lengths.map((one) => (
                    <option key={one} value={one}>
                      {t('capacity.days', { count: one })}
                    </option>
                  ))}
                </Select>
              </div>
              <Hours day={capacity.data.days[0]} />
              <ul className="day-strips">
                {capacity.data.days.map((day) => (
                  <DayStrip
                    key={day.date}
                    {...{ day, measure, mostPorts, present, choose }}
                    chosen={isOf(day) ? chosen : undefined}
                  />
                ))}
              </ul>
              <Assumptions capacity={capacity.data} />
            </section>
            <SlotMap
              {...{ cluster, choose }}
              at={chosen}
              quarter={quarters.find(({ at }) => Date.parse(at) === chosen)}
            />
          </div>
        </>
      )}
    </div>
  );
}

function clusterIn(path: string): string {
  const name = path.slice('/bridges/'.length);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Whether anything is too little in the days that are shown, and when first. */
function Verdict({ capacity, present }: { readonly capacity: Capacity; readonly present: number }) {
  const { t, time } = useWords();
  const ahead = capacity.days
    .flatMap(({ quarters }) => quarters)
    .filter(({ at }) => Date.parse(at) >= present);
  const warnings = (['slots', 'ports'] as const).flatMap((measure) => {
    const short = ahead.filter((one) => one.short.includes(measure));
    const [first] = short;
    if (first === undefined) return [];
    return [t(`capacity.few-${measure}`, { count: short.length, time: time(first.at) })];
  });
  return (
    <MessageBar intent={warnings.length > 0 ? 'warning' : 'success'} layout="multiline">
      <MessageBarBody>{warnings.length > 0 ? warnings.join(' ') : t('capacity.enough')}</MessageBarBody>
    </MessageBar>
  );
}

/** The hours of a day above the strips. */
function Hours({ day }: { readonly day: Capacity['days'][number] | undefined }) {
  const { clock } = useWords();
  const quarters = day?.quarters ?? [];
  const shown = quarters.flatMap(({ at }, i) => {
    const hour = new Date(at);
    return hour.getMinutes() === 0 && hour.getHours() % 6 === 0 ? [{ at, place: i }] : [];
  });
  return (
    <div className="hours-of-day" aria-hidden="true">
      {shown.map(({ at, place }) => (
        <span key={at} style={{ insetInlineStart: `${(100 * place) / quarters.length}%` }}>
          {clock(at)}
        </span>
      ))}
    </div>
  );
}

/** What the figures are made of, and what is not known. */
function Assumptions({ capacity }: { readonly capacity: Capacity }) {
  const { t, time, number } = useWords();
  const { people, callBridges, days } = capacity;
  const present = days
    .flatMap(({ quarters }) => quarters)
    .find(({ at }) => Date.parse(at) + quarterLength > Date.parse(capacity.at));
  const silent = callBridges.filter(({ limit }) => limit === null).map(({ address }) => nameOf(address));
  return (
    <ul className="assumptions">
      <li>{t('capacity.explain')}</li>
      <li>
        {people.perMeeting === null
          ? t('capacity.people-unknown', { count: people.meetings })
          : t('capacity.people', { people: number(people.perMeeting), count: people.meetings })}
      </li>
      {silent.length > 0 && <li>{t('capacity.limit-unknown', { names: silent.join(', ') })}</li>}
      {present !== undefined && present.limit !== null && (
        <li>{t('capacity.limit', { count: present.inService, ports: present.limit })}</li>
      )}
      <li>{t('capacity.as-of', { time: time(capacity.at) })}</li>
    </ul>
  );
}
