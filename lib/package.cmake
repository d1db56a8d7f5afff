# Packages by CPack: nearfar (tools, library, manual pages, completions, sample data) and nearfar-dev (headers, CMake and
# pkg-config files) as .deb, and everything as one .tar.gz that runs wherever it is unpacked. `./build.sh package`
# makes and tries them. With SOURCE_DATE_EPOCH in the environment the same tree gives the same bytes.

set(documents "${CMAKE_INSTALL_DATADIR}/doc")
install(FILES LICENSE DESTINATION "${documents}/nearfar" RENAME copyright COMPONENT runtime)
install(FILES README.md DESTINATION "${documents}/nearfar" COMPONENT runtime)
install(DIRECTORY sample_data DESTINATION "${documents}/nearfar/examples" COMPONENT runtime PATTERN "make.sh" EXCLUDE)
install(FILES LICENSE DESTINATION "${documents}/nearfar-dev" RENAME copyright COMPONENT development)

# The changelog stands packed where Debian expects it.
set(changelog "${PROJECT_BINARY_DIR}/changelog.gz")
add_custom_command(OUTPUT "${changelog}" VERBATIM DEPENDS CHANGELOG.md
                   COMMAND sh -c "gzip -9nc \"$1\" >\"$2\"" sh "${PROJECT_SOURCE_DIR}/CHANGELOG.md" "${changelog}")
add_custom_target(changelog ALL DEPENDS "${changelog}")
install(FILES "${changelog}" DESTINATION "${documents}/nearfar" COMPONENT runtime)
install(FILES "${changelog}" DESTINATION "${documents}/nearfar-dev" COMPONENT development)

# What Debian's tools want to know of a shared library: which package has it (once, though it is there for three
# instruction sets), and that the loader's cache is to be renewed.
file(WRITE "${PROJECT_BINARY_DIR}/debian/shlibs" "libnearfar ${NEARFAR_SOVERSION} nearfar (= ${PROJECT_VERSION})\n")
file(WRITE "${PROJECT_BINARY_DIR}/debian/triggers" "activate-noawait ldconfig\n")

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_CONTACT "nearfar developers <nearfar@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_COMPONENTS_ALL runtime development)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME nearfar)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION science)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA "${PROJECT_BINARY_DIR}/debian/shlibs" "${PROJECT_BINARY_DIR}/debian/triggers")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION
    "Small commands over one library that learn how far apart two things should\n\
be from labels, pairs or triplets, apply the learned metric, and measure what\n\
it is worth, with a pass or a fail in the exit status.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME nearfar-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "nearfar (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
    "Headers, CMake package and pkg-config file for C++20 programs that use the\n\
library of nearfar.")
include(CPack)
