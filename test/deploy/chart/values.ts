/** Values as an administrator would give them. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own notation
import type { Values } from './chart.ts';

/** What has to be given. */
export const production = {
  config: {
    graph: {
      tenantId: '5f0f6a2e-0000-4000-8000-000000000001',
      clientId: '5f0f6a2e-0000-4000-8000-000000000002',
      clientSecret: '${file:secrets/graph_client_secret}',
      notificationUrl: 'https://roombridge.example.com',
    },
    rooms: [{ mailbox: 'boardroom@example.com', name: 'Board room', sip: 'boardroom@video.example.com' }],
    clusters: [
      {
        name: 'emea',
        domain: 'meet.example.com',
        numbers: { base: 80991000, quantity: 200 },
        accessNumbers: [{ name: 'Telephone', number: '+49 30 1234567' }],
        callBridges: [
          {
            address: 'https://cms1.example.com:445',
            username: 'api',
            password: '${file:secrets/cms1_password}',
          },
        ],
      },
    ],
    redis: { url: 'redis://:${file:secrets/redis_password}@redis.example.internal:6379' },
    http: { admin: { url: 'https://roombridge-admin.example.com' } },
  },
  secrets: {
    graph_client_secret: 'graph-secret',
    cms1_password: 'cms-secret',
    redis_password: 'redis-secret',
  },
} as const satisfies Values;

const scaling = { autoscaling: { enabled: true } };

/** With all that can be had beside it. */
export const everything = {
  ...production,
  image: { digest: `sha256:${'0123456789abcdef'.repeat(4)}` },
  imagePullSecrets: [{ name: 'registry' }],
  serviceAccount: { annotations: { 'example.com/team': 'rooms' } },
  env: [{ name: 'HTTPS_PROXY', value: 'http://proxy.example.com:3128' }],
  podAnnotations: { 'example.com/owner': 'rooms' },
  podLabels: { team: 'rooms' },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'rooms', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }] }],
      },
    },
  },
  priorityClassName: 'important',
  receiver: { ...scaling, service: { annotations: { 'example.com/a': 'b' } } },
  worker: { autoscaling: { enabled: true, lateness: { enabled: true } } },
  admin: { service: { annotations: { 'example.com/a': 'b' } } },
  ingress: {
    public: {
      ...{ enabled: true, className: 'nginx', host: 'roombridge.example.com', tlsSecret: 'public-tls' },
      annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' },
    },
    admin: { enabled: true, host: 'roombridge-admin.example.com', tlsSecret: 'admin-tls' },
  },
  networkPolicy: {
    enabled: true,
    callBridges: { networks: ['10.20.0.0/24', '10.21.0.0/24'] },
    redis: { to: [{ podSelector: { matchLabels: { app: 'redis' } } }] },
    extraEgress: [{ to: [{ ipBlock: { cidr: '10.1.1.1/32' } }], ports: [{ protocol: 'TCP', port: 3128 }] }],
  },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' }, token: { name: 'roombridge-token' } },
  prometheusRule: {
    enabled: true,
    alerts:
      'groups:\n  - name: roombridge\n    rules:\n      - alert: Late\n        expr: up == 0\n        annotations:\n          summary: "{{ $labels.job }}"\n',
  },
} as const satisfies Values;
