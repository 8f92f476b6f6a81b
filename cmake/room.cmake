# cassini_room(NAME SOURCES a.c b.c USES lower rooms LINKS libraries)
# A room of the house: one static library whose sources are all named.
function(cassini_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LINKS" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ROOM_USES} PRIVATE ${ROOM_LINKS})
endfunction()
