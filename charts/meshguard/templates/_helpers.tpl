{{- define "meshguard.labels" -}}
app.kubernetes.io/name: meshguard
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "meshguard.selector" -}}
app.kubernetes.io/name: meshguard
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "meshguard.image" -}}
{{- with .Values.image.registry }}{{ . }}/{{ end -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Whether the API server evaluates matchConditions, and so can be spared Pods and ConfigMaps. */}}
{{- define "meshguard.conditions" -}}
{{- if semverCompare ">=1.28.0-0" .Capabilities.KubeVersion.Version }}true{{ end -}}
{{- end }}

{{/* One webhook entry. Takes a dict: root, hook (from files/), mutating. */}}
{{- define "meshguard.hook" -}}
{{- $root := .root -}}
{{- $hook := .hook -}}
{{- $conditions := include "meshguard.conditions" $root -}}
- name: {{ $hook.name }}
  admissionReviewVersions: [v1]
  clientConfig:
    {{- if and (eq $root.Values.certificates.source "secret") $root.Values.certificates.caBundle }}
    caBundle: {{ $root.Values.certificates.caBundle }}
    {{- end }}
    service:
      name: meshguard
      namespace: {{ $root.Release.Namespace }}
      path: {{ $hook.clientConfig.service.path }}
      port: 443
  rules:
  {{- range $rule := $hook.rules }}
  {{- $resources := list }}
  {{- range $rule.resources }}
  {{- if or $conditions (eq $hook.name "policy.meshguard.io") (not (has . (list "pods" "replicasets" "configmaps"))) }}
  {{- $resources = append $resources . }}
  {{- end }}
  {{- end }}
  {{- if $resources }}
  - apiGroups: {{ toJson $rule.apiGroups }}
    apiVersions: {{ toJson $rule.apiVersions }}
    operations: {{ toJson $rule.operations }}
    resources: {{ toJson $resources }}
    scope: {{ $rule.scope | quote }}
  {{- end }}
  {{- end }}
  failurePolicy: {{ if eq $hook.name "policy.meshguard.io" }}Ignore{{ else }}{{ $root.Values.webhook.failurePolicy }}{{ end }}
  matchPolicy: Equivalent
  sideEffects: None
  timeoutSeconds: {{ $root.Values.webhook.timeoutSeconds }}
  {{- if .mutating }}
  reinvocationPolicy: IfNeeded
  {{- end }}
  namespaceSelector:
    matchExpressions:
    - key: kubernetes.io/metadata.name
      {{- if eq $hook.name "policy.meshguard.io" }}
      operator: In
      values: [{{ $root.Release.Namespace }}]
      {{- else }}
      operator: NotIn
      values:
      {{- $names := list "kube-node-lease" "kube-public" "kube-system" $root.Release.Namespace }}
      {{- if hasSuffix "workloads.meshguard.io" $hook.name }}
      {{- $names = concat $names $root.Values.meshNamespaces }}
      {{- end }}
      {{- range $names | uniq | sortAlpha }}
      - {{ . }}
      {{- end }}
    {{- with $root.Values.webhook.namespaceSelector }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
      {{- end }}
  objectSelector: {}
  {{- if $conditions }}
  matchConditions:
  {{- range $hook.matchConditions }}
  - name: {{ .name }}
    expression: {{ .expression | quote }}
  {{- end }}
  {{- end }}
{{- end }}
