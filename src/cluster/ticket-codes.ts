/**
 * The closed vocabulary of tickets. A code is an interface: monitoring and scripts know it, so it is never renamed.
 * Title and remedy are for people and may be worded better at any time; deploy/README.md has them as a table.
 */

/** `critical`: meetings fail or will; `warning`: something is lost or will be; `notice`: nothing fails by it. */
export const severities = ['critical', 'warning', 'notice'] as const;
export type Severity = (typeof severities)[number];

export interface TicketKind {
  readonly severity: Severity;
  /** What is wrong, as a heading: without a name of what it concerns. */
  readonly title: string;
  /** What an administrator does about it. */
  readonly remedy: string;
}

export const ticketKinds = {
  'no-call-bridge': {
    severity: 'critical',
    title: 'No call bridge of the cluster is left',
    remedy:
      'Bring a call bridge back; `roombridge check` says of each why it does not answer. Meetings that have a slot of another cluster go on there.',
  },
  'call-bridge-down': {
    severity: 'warning',
    title: 'A call bridge does not answer',
    remedy:
      'See that it runs, and that its web administration can be reached from here at the address of the configuration.',
  },
  'call-bridge-drained': {
    severity: 'notice',
    title: 'A call bridge is taken out of service',
    remedy: 'After the maintenance: `roombridge bridge resume ADDRESS`.',
  },
  'call-bridge-overloaded': {
    severity: 'warning',
    title: 'A call bridge is at its load limit',
    remedy: 'It refuses or degrades new calls: move load elsewhere, or add a call bridge to the cluster.',
  },
  'call-bridge-alarm': {
    severity: 'warning',
    title: 'A call bridge reports an alarm of its own',
    remedy:
      'Look at its web administration (Status, General) and at its event log for the alarm that is named.',
  },
  'credentials-refused': {
    severity: 'critical',
    title: 'A call bridge refuses the user name or the password',
    remedy:
      'Mend `username` and `password` of the call bridge. A new user (MMP: `user add NAME api`) must sign in at the MMP once and change its password first.',
  },
  'certificate-untrusted': {
    severity: 'critical',
    title: 'The certificate of a call bridge is not trusted',
    remedy:
      'Name the authority that signed it in the `ca` of the cluster, or give the call bridge its whole chain.',
  },
  'certificate-expired': {
    severity: 'critical',
    title: 'The certificate of a call bridge is not valid at this time',
    remedy: 'Renew it at the MMP (`webadmin certs`), and see that both clocks are right.',
  },
  'certificate-expiring': {
    severity: 'warning',
    title: 'The certificate of a call bridge ends soon',
    remedy:
      'Renew it at the MMP (`webadmin certs`) before that day: after it no meeting can be started there.',
  },
  'certificate-other-name': {
    severity: 'critical',
    title: 'The certificate of a call bridge is for another name',
    remedy:
      'Use a name that stands in the certificate as `address`, or have the certificate made for the address.',
  },
  'own-certificate-expired': {
    severity: 'critical',
    title: 'A certificate of this program has ended',
    remedy:
      'Put a new one in place of its files: it is taken in without a restart. Until then Graph tells no changes of calendars (they are found by `calendar.sweep`), or browsers refuse the pages.',
  },
  'own-certificate-expiring': {
    severity: 'warning',
    title: 'A certificate of this program ends soon',
    remedy:
      'Put a new one in place of its files: it is taken in without a restart. Where something renews it by itself, find out why it has not.',
  },
  'own-certificate-unusable': {
    severity: 'warning',
    title: 'A new certificate of this program cannot be used',
    remedy:
      'Mend the files that the configuration names: a PEM certificate with its chain, and its key without a passphrase, both readable for the user of the program.',
  },
  'clock-off': {
    severity: 'warning',
    title: 'The clock of a call bridge is wrong',
    remedy:
      'Give the call bridge and this machine the same time servers (MMP: `ntp server add`, `ntp status`).',
  },
  'database-out-of-sync': {
    severity: 'warning',
    title: 'The database of a call bridge lags behind',
    remedy: 'Look at `database cluster status` at the MMP; a replica that does not catch up is joined anew.',
  },
  'database-read-only': {
    severity: 'critical',
    title: 'The database of a call bridge takes no changes',
    remedy:
      'No slot can be opened there: look at `database cluster status` at the MMP for a primary that is lost or cannot be reached.',
  },
  'blank-system-name': {
    severity: 'warning',
    title: 'Blank system name',
    remedy:
      'Give the call bridge its unique name (web administration: Configuration, Cluster) as it stands in the list of call bridges.',
  },
  'call-bridge-without-credentials': {
    severity: 'notice',
    title: 'A call bridge of the cluster is not configured',
    remedy: 'Add it to `callBridges` with its credentials, so that it can take over when others fail.',
  },
  'call-bridge-of-another-cluster': {
    severity: 'critical',
    title: 'A configured call bridge is not of this cluster',
    remedy:
      'Remove it from `callBridges`, or make it a member: a call bridge with other spaces cannot take over a meeting.',
  },
  'cluster-known-already': {
    severity: 'critical',
    title: 'The cluster has been configured already',
    remedy:
      'Remove the later of the two clusters, and list its call bridges with the first one. Until then the later one takes no meetings.',
  },
  'version-too-old': {
    severity: 'notice',
    title: 'The release of a call bridge is too old for a feature',
    remedy: 'Upgrade the cluster; everything else works meanwhile.',
  },
  'hosts-access-refused': {
    severity: 'warning',
    title: 'A conference was opened without its access for hosts',
    remedy:
      'All who come to it are alike, guests too. Mend what the call bridge gives as its reason, as a rule a number or an address that somebody else has. It closes when the conference is over.',
  },
  'participant-not-moved': {
    severity: 'notice',
    title: 'A call bridge took the order to move somebody, and nothing happened',
    remedy:
      'They are where they were, and can be moved again. Where it happens again with the same endpoint or app, call it from the other conference instead. It closes when the conference that they are in is over.',
  },
  'participant-lost-in-move': {
    severity: 'warning',
    title: 'Somebody left a conference to be moved and did not come into the other',
    remedy:
      'A room is called again from there by itself; people have to dial in again. It closes when the conference that they left is over.',
  },
  'participant-in-wrong-meeting': {
    severity: 'critical',
    title: 'Somebody was moved into another conference than was meant',
    remedy:
      'They were put out of it at once. Look at both timelines, and at what has the number that was meant. It closes when the conference that they left is over.',
  },
  'cdr-receivers-used-up': {
    severity: 'notice',
    title: 'All places for receivers of call detail records are taken',
    remedy:
      'Free one (web administration: Configuration, CDR settings) if call detail records are wanted here.',
  },
  'domain-not-routed': {
    severity: 'warning',
    title: 'The domain is not routed to the spaces of the cluster',
    remedy:
      'Add the domain to the incoming calls of the cluster (web administration: Configuration, Incoming calls) with targets of spaces on, or mend `domain`.',
  },
  'numbers-taken-by-spaces': {
    severity: 'warning',
    title: 'Numbers of the range belong to spaces of others',
    remedy: 'Remove these spaces or give them other numbers, or choose another range under `numbers`.',
  },
  'numbers-taken-by-access-methods': {
    severity: 'warning',
    title: 'Numbers of the range belong to access methods of other spaces',
    remedy: 'Give these access methods other numbers, or choose another range under `numbers`.',
  },
  'ranges-overlap': {
    severity: 'warning',
    title: 'Another range of spaces overlaps ours',
    remedy:
      'Remove the bulk parameter set that is named (API: `cospaceBulkParameterSets`), or choose another range under `numbers`: when it is run, it takes away spaces of ours.',
  },
  'profile-drifted': {
    severity: 'warning',
    title: 'A profile of scheduled meetings was changed or removed',
    remedy: 'Set the fields that are named back on the bridge, or remove the profile: it is made again.',
  },
  'slot-missing': {
    severity: 'warning',
    title: 'Slots were removed from the bridge',
    remedy: 'They are made again at once. Find out who removes spaces of the range: nobody else should.',
  },
  'slot-renamed': {
    severity: 'notice',
    title: 'Slots at rest have another name',
    remedy: 'Find out who renames spaces of the range. The slots have their own names again.',
  },
  'slot-opened-by-others': {
    severity: 'warning',
    title: 'Slots were opened by somebody else',
    remedy:
      'Find out who opens spaces of the range; nobody but this program should, for the next meeting would have a stranger in.',
  },
  'room-calendar-refused': {
    severity: 'notice',
    title: "A room's calendar cannot show that a conference goes on",
    remedy:
      'Permit the application Calendars.ReadWrite for this mailbox, or set `conference.extension.roomCalendar: false`.',
  },
  'people-without-meeting': {
    severity: 'warning',
    title: 'People are in a slot that no meeting has',
    remedy:
      'The slot is locked, so nobody joins them; they are put out when one is left, or when the next meeting of the slot is near. End the call on the bridge if they should not be there.',
  },
  'meetings-unplaced': {
    severity: 'critical',
    title: 'Meetings have no slot',
    remedy: 'Make `numbers.quantity` larger, or add a cluster: what is unplaced is placed within minutes.',
  },
  'capacity-short': {
    severity: 'warning',
    title: 'A cluster will have too few slots or ports',
    remedy:
      'Before that time make `numbers.quantity` larger or add a cluster where slots are few; where ports are few, raise `participantLimit`, end a drain that is planned for then, or add a call bridge. The page of the cluster (Bridges, Slots and capacity) has every quarter-hour and who holds what. It closes by itself.',
  },
  'meeting-not-opened': {
    severity: 'critical',
    title: 'A meeting could not be opened',
    remedy: 'The timeline of the meeting has each failure; it is tried again until the meeting ends.',
  },
  'meetings-off-the-air': {
    severity: 'critical',
    title: 'Running meetings have lost their call bridge, and none can take its place',
    remedy:
      'Bring any call bridge of the cluster back: they are brought up on it with their numbers, and their rooms called again.',
  },
} as const satisfies Readonly<Record<string, TicketKind>>;

export type TicketCode = keyof typeof ticketKinds;

export const ticketCodes = Object.keys(ticketKinds) as readonly TicketCode[];
