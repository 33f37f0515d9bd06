/** English: what the pages say of slots and of the capacity of coming days. */
export const capacity = {
  'capacity.title': 'Slots and capacity',
  'capacity.of': 'Slots and capacity of {name}',
  'capacity.back': 'All bridges',
  'capacity.quarter-hours': 'Every quarter-hour',
  'capacity.what': 'What is shown',
  'capacity.slots': 'Slots',
  'capacity.ports': 'Ports',
  'capacity.length': 'Days shown',
  'capacity.days': '{count|one:# day|other:# days}',
  'capacity.quarters': 'Quarter-hours of {day}',
  'capacity.value-slots': '{time}: {held} of {slots} slots held',
  'capacity.value-ports': '{time}: {ports} of {limit} ports expected',
  'capacity.value-ports-unlimited': '{time}: {ports|one:# port|other:# ports} expected',
  'capacity.too-few': '{said} – too few',
  'capacity.peak': 'Tightest at {said}',
  'capacity.nothing': 'Nothing is booked',
  'capacity.few-slots':
    'Nearly all slots are held in {count|one:one quarter-hour|other:# quarter-hours}, first at {time}.',
  'capacity.few-ports':
    'More ports are expected than there are in {count|one:one quarter-hour|other:# quarter-hours}, first at {time}.',
  'capacity.enough': 'As far as is known, there is enough for all that is booked in these days.',
  'capacity.explain':
    'A slot counts in each quarter-hour in which it is held at any time, setup and teardown included. What is over has given its slots back.',
  'capacity.people':
    'Ports are the rooms that are dialled and {people} people a meeting, as the last {count|one:meeting|other:# meetings} had on average.',
  'capacity.people-unknown':
    'Ports are the rooms that are dialled only. How many people will join by themselves is not known: {count|=0:no past meeting could be measured|one:only one past meeting could be measured|other:only # past meetings could be measured}.',
  'capacity.limit':
    'Now {count|one:one call bridge in service has|other:# call bridges in service have} {ports|one:# port|other:# ports}.',
  'capacity.limit-unknown':
    'How many ports there are with {names} in service is not known: no participantLimit is set there.',
  'capacity.as-of': 'As of {time}.',
  'capacity.earlier': 'A quarter-hour earlier',
  'capacity.later': 'A quarter-hour later',
  'capacity.held': 'Held',
  'capacity.resting': 'Resting',
  'capacity.unclean': 'Not seen empty',
  'capacity.blocked': 'Taken by others',
  'capacity.free': 'Free',
  'capacity.meetings': 'Meetings',
  'capacity.rooms': 'Rooms dialled',
  'capacity.in-service': 'Call bridges in service',
  'capacity.span': '{from} – {to}',
  'capacity.unknown': 'Not known whose it is',
  'capacity.as.left': 'left by its meeting, and resting',
  'capacity.as.next': 'about to be its number',
  'capacity.as.found': 'found running',
  'capacity.not-of-range': 'of a range that was',
  'capacity.none': 'No number is held then.',
  'capacity.more': 'Show more',
};

export type Capacity = Readonly<Record<keyof typeof capacity, string>>;
