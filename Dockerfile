# docker build -t meshguard/meshguard:0.1.0 .
FROM docker.io/library/maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY . .
RUN src/main/docker/build

FROM docker.io/library/eclipse-temurin:25-jre
COPY --from=build /build/target/quarkus-app /opt/meshguard
COPY --from=build /build/src/main/docker /opt/meshguard/docker
RUN /opt/meshguard/docker/train /opt/meshguard
USER 65532:65532
EXPOSE 8443 9000
ENTRYPOINT ["/opt/meshguard/docker/entrypoint"]
CMD ["serve"]
