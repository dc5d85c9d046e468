# Built with: docker build -t meshguard .
FROM docker.io/library/maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY . .
RUN mvn -B -ntp -q -DskipTests package

FROM docker.io/library/eclipse-temurin:25-jre
COPY --from=build /build/target/quarkus-app /opt/meshguard
COPY --from=build /build/src/main/docker/entrypoint /usr/local/bin/meshguard
USER 65532:65532
EXPOSE 8443 9000
ENTRYPOINT ["/usr/local/bin/meshguard"]
CMD ["serve"]
