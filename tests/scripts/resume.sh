#!/bin/bash
# usage: resume.sh SOURCE_DIR BUILD_DIR
# Trainings that are killed a few times go on to the model of the unbroken run; `./build.sh torture` kills 200 times.
exec bash "$1/tests/torture/resumes.sh" "$2/bin" 20
