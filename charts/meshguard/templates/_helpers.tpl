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
{{ .Values.image.repository }}
{{- with .Values.image.digest }}@{{ . }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* Whether the API server evaluates matchConditions, and so can be spared Pods and ConfigMaps. */}}
{{- define "meshguard.conditions" -}}
{{- if semverCompare ">=1.28.0-0" .Capabilities.KubeVersion.Version }}true{{ end -}}
{{- end }}

{{/*
Data of the policy ConfigMap, as JSON. The server learns of the mesh's root namespaces from the
policy, so where they are not the usual ones it must say so too.
*/}}
{{- define "meshguard.policy" -}}
{{- $data := deepCopy .Values.policy.data -}}
{{- if ne (toJson .Values.meshNamespaces) "[\"istio-system\"]" -}}
{{- $line := printf "meshNamespaces: %s\n" (toJson .Values.meshNamespaces) -}}
{{- $text := get $data "policy.yaml" | default "" -}}
{{- if not (contains "meshNamespaces:" $text) -}}
{{- $_ := set $data "policy.yaml" (printf "%s%s" $line $text) -}}
{{- end -}}
{{- end -}}
{{- toJson $data -}}
{{- end }}

{{/* One webhook entry. Takes a dict: root, hook (from files/), mutating. */}}
{{- define "meshguard.hook" -}}
{{- $root := .root -}}
{{- $hook := .hook -}}
{{- $conditions := include "meshguard.conditions" $root -}}
{{- $policy := eq $hook.name "policy.meshguard.io" -}}
{{/* The chart's own objects outside its namespace are bindings: their repair must need no server. */}}
{{- $open := or $policy (hasSuffix "-access.meshguard.io" $hook.name) -}}
- name: {{ $hook.name }}
  admissionReviewVersions: [v1]
  clientConfig:
    {{- if eq $root.Values.certificates.source "secret" }}
    caBundle: {{ required "certificates.caBundle is needed where certificates.source is secret: the authority of that certificate, base64 of PEM" $root.Values.certificates.caBundle }}
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
  {{- if or $conditions $policy (not (has . (list "pods" "replicasets" "configmaps"))) }}
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
  failurePolicy: {{ if $open }}Ignore{{ else }}{{ $root.Values.webhook.failurePolicy }}{{ end }}
  matchPolicy: {{ $hook.matchPolicy }}
  sideEffects: {{ $hook.sideEffects }}
  timeoutSeconds: {{ $root.Values.webhook.timeoutSeconds }}
  {{- if .mutating }}
  reinvocationPolicy: {{ $hook.reinvocationPolicy }}
  {{- end }}
  namespaceSelector:
    matchExpressions:
    - key: kubernetes.io/metadata.name
      {{- if $policy }}
      operator: In
      values: [{{ $root.Release.Namespace }}]
      {{- else }}
      operator: NotIn
      values:
      {{- $names := list "kube-node-lease" "kube-public" "kube-system" $root.Release.Namespace }}
      {{- if hasSuffix "-workloads.meshguard.io" $hook.name }}
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
