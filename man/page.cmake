# usage: cmake -DPAGE=TOOL.1.in -DOUT=FILE -DTOOL=PROGRAM -DVERSION=X -P page.cmake
# Copies a page, with what stands for itself in a line of its own replaced:
#   @HEAD@ @OPTIONS@ @EXAMPLES@   what `TOOL --generate head` and so on prints
#   @NAME@                        the file NAME.mdoc beside this one, for what the pages share
# and @VERSION@ anywhere.
cmake_minimum_required(VERSION 3.25)
file(READ "${PAGE}" text)
foreach(what head options examples)
  string(TOUPPER "@${what}@\n" mark)
  string(FIND "${text}" "${mark}" found)
  if(found EQUAL -1)
    continue()
  endif()
  execute_process(COMMAND "${TOOL}" --generate ${what} OUTPUT_VARIABLE made COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "${mark}" "${made}" text "${text}")
endforeach()
file(GLOB parts "${CMAKE_CURRENT_LIST_DIR}/*.mdoc")
foreach(part IN LISTS parts)
  cmake_path(GET part STEM name)
  string(TOUPPER "@${name}@\n" mark)
  file(READ "${part}" made)
  string(REPLACE "${mark}" "${made}" text "${text}")
endforeach()
string(REPLACE "@VERSION@" "${VERSION}" text "${text}")
file(WRITE "${OUT}" "${text}")
