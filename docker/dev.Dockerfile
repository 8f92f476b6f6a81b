# A container to develop in: what the build and the tests need, compilers and a debugger.
#
#   docker build -f docker/dev.Dockerfile -t cassini-dev .
#   docker run --rm -it -v "$PWD:/src" cassini-dev ./test.sh
ARG BASE=debian:12-slim

FROM ${BASE}
COPY scripts /tmp/scripts
RUN /tmp/scripts/packages.sh install build test develop && rm -rf /tmp/scripts
WORKDIR /src
CMD ["bash"]
