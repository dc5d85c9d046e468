module meshguard.io/controlplane/istio

go 1.26

require istio.io/api v1.29.0
