# A folder of src/ is a room, and a room is one target: musubi_<room>. Its arrows are the ones of
# the table in ARCHITECTURE.md; tools/check_layers holds the includes against it.
# READS names the set of headers (musubi_headers) that is read once for all files of the room.
function(musubi_room name)
  cmake_parse_arguments(ROOM "" "READS" "USES;PUBLIC;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_library(musubi_${name} STATIC ${sources})
  target_include_directories(musubi_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  foreach(used ${ROOM_USES})
    if(TARGET musubi_${used})
      target_link_libraries(musubi_${name} PUBLIC musubi_${used})
    endif()
  endforeach()
  target_link_libraries(musubi_${name} PUBLIC ${ROOM_PUBLIC} PRIVATE ${ROOM_PRIVATE})
  musubi_reads(musubi_${name} ${ROOM_READS})
endfunction()

# Headers that most files of some targets include, compiled once: cmake/often.h and more. A file
# still includes what it uses: tools/lint reads each one without them.
function(musubi_headers name)
  if(MUSUBI_PRECOMPILE)
    add_library(musubi_headers_${name} OBJECT ${CMAKE_SOURCE_DIR}/cmake/often.cpp)
    target_include_directories(musubi_headers_${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(musubi_headers_${name}
                          PRIVATE fmt::fmt Threads::Threads tomlplusplus::tomlplusplus)
    target_precompile_headers(musubi_headers_${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/often.h
                              ${ARGN})
  endif()
endfunction()
function(musubi_reads target name)
  if(MUSUBI_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM musubi_headers_${name})
  endif()
endfunction()
