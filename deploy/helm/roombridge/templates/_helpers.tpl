{{- define "roombridge.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "roombridge.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "roombridge.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What a process is found by; never changed, for a Deployment keeps its selector. */}}
{{- define "roombridge.selector" -}}
app.kubernetes.io/name: {{ include "roombridge.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "roombridge.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "roombridge.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "roombridge.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "roombridge.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "roombridge.secret" -}}
{{- default (include "roombridge.fullname" .) .Values.existingSecret -}}
{{- end -}}

{{- define "roombridge.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "roombridge.configuration" -}}
{{- toYaml .Values.config -}}
{{- end -}}

{{/* HTTP, or HTTPS where the admin listener has a certificate of its own. */}}
{{- define "roombridge.adminScheme" -}}
{{- if .Values.config.http.admin.tls -}}HTTPS{{- else -}}HTTP{{- end -}}
{{- end -}}

{{- define "roombridge.probe" -}}
httpGet:
  path: {{ .path }}
  port: admin
  scheme: {{ include "roombridge.adminScheme" .root }}
{{- end -}}

{{/* The Deployment of one role: dict "root" $ "role" "worker" "spec" .Values.worker. */}}
{{- define "roombridge.deployment" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "roombridge.fullname" $root }}-{{ .role }}
  labels:
    {{- include "roombridge.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
spec:
  {{- if not .spec.autoscaling.enabled }}
  replicas: {{ .spec.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  # The new one is ready before an old one goes: nothing starts late, and versions stand side by side meanwhile.
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels:
      {{- include "roombridge.selector" $root | nindent 6 }}
      app.kubernetes.io/component: {{ .role }}
  template:
    metadata:
      labels:
        {{- include "roombridge.labels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .role }}
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        # A process reads its configuration once, at its start.
        checksum/configuration: {{ include "roombridge.configuration" $root | sha256sum }}
        checksum/secrets: {{ toYaml $values.secrets | sha256sum }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "roombridge.serviceAccount" $root }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
      {{- with $values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with $values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        fsGroup: 10001
        seccompProfile: { type: RuntimeDefault }
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "roombridge.selector" $root | nindent 14 }}
              app.kubernetes.io/component: {{ .role }}
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: roombridge
          image: {{ include "roombridge.image" $root }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          args: [start, --role, {{ .role }}, --config, /etc/roombridge/roombridge.yaml]
          {{- with $values.env }}
          env:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          ports:
            - { name: admin, containerPort: {{ $values.config.http.admin.port }}, protocol: TCP }
            {{- if eq .role "receiver" }}
            - { name: public, containerPort: {{ $values.config.http.public.port }}, protocol: TCP }
            {{- end }}
          startupProbe:
            {{- include "roombridge.probe" (dict "root" $root "path" "/live") | nindent 12 }}
            periodSeconds: 2
            failureThreshold: 60
          readinessProbe:
            {{- include "roombridge.probe" (dict "root" $root "path" "/ready") | nindent 12 }}
            periodSeconds: 5
            timeoutSeconds: 3
            failureThreshold: 3
          # Only whether its loop turns: Redis being away is not mended by a restart.
          livenessProbe:
            {{- include "roombridge.probe" (dict "root" $root "path" "/live") | nindent 12 }}
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          {{- if eq .role "receiver" }}
          # Until all have heard that nothing is to be sent here any more.
          lifecycle: { preStop: { exec: { command: [sleep, "5"] } } }
          {{- end }}
          resources:
            {{- toYaml .spec.resources | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          volumeMounts:
            - { name: configuration, mountPath: /etc/roombridge/roombridge.yaml, subPath: roombridge.yaml, readOnly: true }
            - { name: secrets, mountPath: /etc/roombridge/secrets, readOnly: true }
            - { name: data, mountPath: /var/lib/roombridge }
            - { name: tmp, mountPath: /tmp }
      volumes:
        - name: configuration
          configMap: { name: {{ include "roombridge.fullname" $root }} }
        - name: secrets
          secret: { secretName: {{ include "roombridge.secret" $root }}, defaultMode: 288 } # 0440
        # The token by which commands in the container are known; all else is in Redis.
        - name: data
          emptyDir: { medium: Memory, sizeLimit: 1Mi }
        - name: tmp
          emptyDir: { sizeLimit: 64Mi }
{{- end -}}

{{/* The autoscaler of one role. */}}
{{- define "roombridge.autoscaler" -}}
{{- $root := .root -}}
{{- $scaling := .spec.autoscaling -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "roombridge.fullname" $root }}-{{ .role }}
  labels:
    {{- include "roombridge.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "roombridge.fullname" $root }}-{{ .role }}
  minReplicas: {{ $scaling.minReplicas }}
  maxReplicas: {{ $scaling.maxReplicas }}
  # Starts come at full and half hours: what was needed for one is needed for the next.
  behavior:
    scaleUp: { stabilizationWindowSeconds: 0 }
    scaleDown: { stabilizationWindowSeconds: 3600 }
  metrics:
    {{- with $scaling.lateness }}
    {{- if .enabled }}
    - type: External
      external:
        metric:
          name: {{ .metric }}
          selector: { matchLabels: { queue: {{ .queue }} } }
        target: { type: Value, value: {{ .target | quote }} }
    {{- end }}
    {{- end }}
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: {{ $scaling.cpu }} }
{{- end -}}
